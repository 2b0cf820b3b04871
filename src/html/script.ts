/**
 * The one script. Every page does its job without it: it only adds copying, revealing a password, and the live refresh
 * of a log. Buttons that need it are `hidden` until it runs.
 */
export const SCRIPT = `
const within = (root) => {
  for (const button of root.querySelectorAll('[data-copy], [data-reveal]')) button.hidden = false
}
within(document)

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button')
  if (!button) return
  if (button.hasAttribute('data-reveal')) {
    const input = document.getElementById(button.getAttribute('aria-controls'))
    const show = input.type === 'password'
    input.type = show ? 'text' : 'password'
    button.setAttribute('aria-pressed', String(show))
    button.firstElementChild.textContent = show ? 'Hide' : 'Show'
    input.focus()
  } else if (button.hasAttribute('data-copy')) {
    const text = document.getElementById(button.dataset.copy).textContent
    await navigator.clipboard.writeText(text)
    button.textContent = 'Copied'
    setTimeout(() => { button.textContent = 'Copy' }, 2000)
  }
})

// A password that was revealed is sent as one, so that password managers know it and the browser does not remember it.
document.addEventListener('submit', (event) => {
  for (const button of event.target.querySelectorAll('[data-reveal]')) {
    document.getElementById(button.getAttribute('aria-controls')).type = 'password'
  }
})

// In a narrow window the tabs scroll: the one at hand is in sight.
const tab = document.querySelector('.tabs [aria-current]')
if (tab) tab.closest('.tabs').scrollLeft = tab.offsetLeft - 16

// So do the sections of the account.
document.querySelector('.account-nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })

// An answer to an application goes on by itself.
for (const form of document.querySelectorAll('form[data-submit]')) form.submit()

// <section id="log" data-live="3000"> is fetched again from this very page, while somebody looks at it.
for (const live of document.querySelectorAll('[data-live]')) {
  const refresh = async () => {
    const busy = document.hidden || live.contains(document.activeElement)
    if (!busy) {
      const answer = await fetch(location.href, { credentials: 'same-origin', redirect: 'error' }).catch(() => undefined)
      if (!answer || !answer.ok) return
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(live.id)
      if (!fresh) return
      if (fresh.innerHTML !== live.innerHTML) live.innerHTML = fresh.innerHTML
      within(live)
    }
    setTimeout(refresh, Number(live.dataset.live))
  }
  setTimeout(refresh, Number(live.dataset.live))
}
`
