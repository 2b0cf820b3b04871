import type { Language } from '../core/language.ts'
import { PASSKEY_SCRIPT } from './script-passkeys.ts'

/** The words of buttons that are there only where the script is: show, hide, copy, copied. */
const WORDS: Readonly<Record<Language, readonly string[]>> = {
  en: ['Show', 'Hide', 'Copy', 'Copied'],
  de: ['Anzeigen', 'Verbergen', 'Kopieren', 'Kopiert'],
  fr: ['Afficher', 'Masquer', 'Copier', 'Copié'],
  es: ['Mostrar', 'Ocultar', 'Copiar', 'Copiado'],
  ja: ['表示', '隠す', 'コピー', 'コピーしました'],
  ar: ['إظهار', 'إخفاء', 'نسخ', 'تم النسخ'],
}

/**
 * The one script. Every page does its job without it: it only adds copying, revealing a password, the live refresh of
 * a log, and passkeys. Buttons that need it are `hidden` until it runs.
 */
export const SCRIPT =
  `
const [show, hide, copy, copied] = ${JSON.stringify(WORDS)}[document.documentElement.lang]
const within = (root) => {
  for (const button of root.querySelectorAll('[data-copy]')) button.textContent = copy
  for (const button of root.querySelectorAll('[data-reveal]')) button.firstElementChild.textContent = show
  for (const button of root.querySelectorAll('[data-copy], [data-reveal]')) button.hidden = false
}
within(document)

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button')
  if (!button) return
  if (button.hasAttribute('data-reveal')) {
    const input = document.getElementById(button.getAttribute('aria-controls'))
    const isHidden = input.type === 'password'
    input.type = isHidden ? 'text' : 'password'
    button.firstElementChild.textContent = isHidden ? hide : show
    input.focus()
  } else if (button.hasAttribute('data-copy')) {
    const text = document.getElementById(button.dataset.copy).textContent
    await navigator.clipboard.writeText(text)
    button.textContent = copied
    setTimeout(() => { button.textContent = copy }, 2000)
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

// So do the sections of the account. (After scrollIntoView the Tab key would begin there, behind the way to the content.)
const section = document.querySelector('.account-nav [aria-current]')
if (section) {
  const nav = section.closest('.account-nav')
  const middle = ({ left, width }) => left + width / 2
  nav.scrollLeft += middle(section.getBoundingClientRect()) - middle(nav.getBoundingClientRect())
}

// An answer to an application goes on by itself.
for (const form of document.querySelectorAll('form[data-submit]')) form.submit()

// Applications that hear of a sign-out in frames have answered: the person goes on.
const onward = document.querySelector('a[data-after-load]')
if (onward) addEventListener('load', () => location.replace(onward.href))

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
` + PASSKEY_SCRIPT
