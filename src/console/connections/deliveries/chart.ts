import { html } from 'hono/html'
import type { Content } from '../../../html.ts'
import { deliveredIn, type Health } from '../../../outbound/log/health/queries.ts'

type Hours = Health['hours']

const [WIDTH, HEIGHT] = [480, 96]

/** What was delivered, hour by hour: as bars, in a sentence, and as a table for whoever wants the numbers; nothing of nothing. */
export function hoursChart(hours: Hours): Content {
  const most = Math.max(...hours.map((hour) => hour.delivered))
  if (most === 0) return ''
  const step = WIDTH / hours.length
  return html`<figure class="chart">
    <figcaption class="help">Deliveries per hour, up to ${most.toLocaleString('en')}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${inWords(hours)}">
      ${hours.map(({ from, delivered }, i) => {
        // What is not nothing can be seen.
        const height = delivered === 0 ? 0 : Math.max(2, Math.round((delivered / most) * HEIGHT))
        return html`<rect x="${i * step + 2}" y="${HEIGHT - height}" width="${step - 4}" height="${height}">
          <title>${clock(from)}: ${delivered.toLocaleString('en')}</title>
        </rect>`
      })}
    </svg>
    <div class="help ends"><span>${clock(hours[0]?.from)} UTC</span><span>now</span></div>
    <details class="more">
      <summary>The numbers</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">From (UTC)</th>
            <th scope="col" class="number">Delivered</th>
          </tr>
        </thead>
        <tbody>
          ${hours.map(
            ({ from, delivered }) =>
              html`<tr>
                <td>${from.toISOString().slice(0, 16).replace('T', ' ')}</td>
                <td class="number">${delivered.toLocaleString('en')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </figure>`
}

function inWords(hours: Hours): string {
  const busiest = hours.reduce((most, hour) => (hour.delivered > most.delivered ? hour : most))
  const total = deliveredIn(hours).toLocaleString('en')
  return `${total} delivered in the last day, the most in the hour from ${clock(busiest.from)} UTC: ${busiest.delivered.toLocaleString('en')}`
}

function clock(time: Date | undefined): string {
  return time?.toISOString().slice(11, 16) ?? ''
}
