/** The console's parts besides tables and forms. */
import { html } from 'hono/html'
import { attr, button, type Content, type Html, linkButton, tokenField } from '../html.ts'

export type Tone = 'good' | 'bad' | 'wait' | 'note' | 'off'

/** A word and a colour, never a colour alone. */
export function badge(word: string, tone: Tone = 'off'): Html {
  return html`<span class="badge ${tone}">${word}</span>`
}

export type Tab = { readonly label: string; readonly href: string; readonly current: boolean }

/** Tabs are links with addresses of their own. */
export function tabs(label: string, list: readonly Tab[]): Html {
  return html`<nav class="tabs" aria-label="${label}">
    <ul>
      ${list.map(
        (tab) => html`<li><a href="${tab.href}" ${attr('aria-current', tab.current && 'page')}>${tab.label}</a></li>`,
      )}
    </ul>
  </nav>`
}

/** Where in a wizard one is; `current` counts from 0. */
export function steps(names: readonly string[], current: number): Html {
  return html`<ol class="steps">
    ${names.map(
      (name, i) =>
        html`<li${attr('class', i < current && 'past')}${attr('aria-current', i === current && 'step')}>${name}</li>`,
    )}
  </ol>`
}

/** The tabs of one thing's pages, by name and label: the first stands at its own address, the others below it. */
export function pageTabs<Name extends string>(
  label: string,
  path: string,
  names: readonly (readonly [name: Name, label: string])[],
  current: Name,
): Html {
  const list = names.map(([name, words], i) => ({
    label: words,
    href: i === 0 ? path : `${path}/${name}`,
    current: name === current,
  }))
  return tabs(label, list)
}

export function panel(
  options: { readonly title?: string; readonly lead?: Content; readonly action?: Content; readonly destroys?: boolean },
  body: Content,
): Html {
  const { title, lead, action } = options
  const words = html`<div>${title ? html`<h2>${title}</h2>` : ''}${lead ? html`<p class="help">${lead}</p>` : ''}</div>`
  const header =
    title || lead || action
      ? html`<header${attr('class', action ? 'with-action' : undefined)}>${words}${action}</header>`
      : ''
  return html`<section class="panel${options.destroys ? ' destroy' : ''}">${header}${body}</section>`
}

/** A list of names and values; a value that is missing is left out with its name. */
export function facts(list: readonly (readonly [name: string, value: Content])[]): Html {
  return html`<dl class="facts">
    ${list
      .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
      .map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
  </dl>`
}

/** A value to take away, with a button that copies it where script runs. `id` is unique in the page. */
export function codeBlock(id: string, value: string): Html {
  return html`<div class="code">
    <code id="${id}">${value}</code><button type="button" class="button quiet" data-copy="${id}" hidden></button>
  </div>`
}

/** What to show where a list is empty: what is missing, and what to do next. */
export function emptyState(title: string, words: Content, action: Content = ''): Html {
  return html`<div class="empty">
    <h2>${title}</h2>
    <p>${words}</p>
    ${action}
  </div>`
}

/** A switch that is a form of its own: pressing it asks for the other state. */
export function toggle(options: {
  readonly action: string
  readonly formToken: string
  readonly on: boolean
  readonly label: string
  readonly words?: readonly [on: string, off: string]
}): Html {
  const [on, off] = options.words ?? ['Enabled', 'Disabled']
  return html`<form class="inline" method="post" action="${options.action}">
    ${tokenField(options.formToken)}
    <button
      type="submit"
      class="toggle"
      role="switch"
      aria-checked="${options.on ? 'true' : 'false'}"
      aria-label="${options.label}: ${options.on ? on : off}"
      name="enabled"
      value="${options.on ? 'false' : 'true'}"
    >
      ${options.on ? on : off}
    </button>
  </form>`
}

/** Asks before something is destroyed: names it, and says what goes with it. */
export function confirmation(options: {
  readonly question: string
  readonly goes: readonly Content[]
  readonly action: string
  readonly cancel: string
  readonly label: string
  readonly formToken: string
}): Html {
  return html`<section class="panel destroy">
    <h2>${options.question}</h2>
    <ul class="goes">
      ${options.goes.filter((one) => one !== false && one !== '').map((one) => html`<li>${one}</li>`)}
    </ul>
    <form method="post" action="${options.action}">
      ${tokenField(options.formToken)}
      <div class="buttons">
        ${button({ label: options.label, kind: 'danger' })} ${linkButton({ label: 'Cancel', href: options.cancel })}
      </div>
    </form>
  </section>`
}

/** A menu that opens below its button, without script. */
export function dropMenu(label: string, choices: readonly { readonly label: string; readonly href: string }[]): Html {
  return html`<details class="drop">
    <summary class="button primary">${label}</summary>
    <ul>
      ${choices.map((choice) => html`<li><a href="${choice.href}">${choice.label}</a></li>`)}
    </ul>
  </details>`
}

/** Cards to choose one of, such as templates. */
export function cardLinks(
  cards: readonly { readonly title: string; readonly href: string; readonly words: Content }[],
): Html {
  return html`<ul class="cards">
    ${cards.map(
      (card) =>
        html`<li>
          <a href="${card.href}"><strong>${card.title}</strong><span class="help">${card.words}</span></a>
        </li>`,
    )}
  </ul>`
}
