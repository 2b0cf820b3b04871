import { ACCOUNT_STYLE } from './style-account.ts'
import { CONSOLE_STYLE } from './style-console.ts'

/**
 * The style sheet. Space is on a grid of 4 px, colours are tokens with the same names in light and dark. Text has a
 * contrast of at least 4.5:1 on every ground that it stands on, edges of controls 3:1. Names, and what is typed, are read
 * from the side that they begin on themselves, codes from the left whatever the page's language is.
 */
const DARK = `
  --ground: #0f1116; --surface: #181b22; --raised: #22262f; --line: #2e333e; --edge: #757d8d;
  --text: #e9ebf0; --muted: #a3abb9;
  --accent: #a9b8ff; --accent-strong: #c6d0ff; --on-accent: #131a3d; --accent-soft: #232b4d;
  --danger: #ffb0a8; --danger-strong: #ffcdc8; --danger-soft: #43211f;
  --warning: #f2c877; --warning-soft: #3a2e14;
  --success: #86d9ab; --success-soft: #16352a;
  --shadow: none;
`
const TOKENS = `
:root {
  color-scheme: light dark;
  --radius: 8px;
  --font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
:root, .preview.light {
  --ground: #f5f6f8; --surface: #fff; --raised: #eef0f4; --line: #dcdfe6; --edge: #858c9a;
  --text: #171a21; --muted: #565d6b;
  --accent: #3348a8; --accent-strong: #27388a; --on-accent: #fff; --accent-soft: #e8ecfb;
  --danger: #b3261e; --danger-strong: #8f1d17; --danger-soft: #fceceb;
  --warning: #7a4f00; --warning-soft: #fdf2d8;
  --success: #146c43; --success-soft: #e2f4ea;
  --shadow: 0 1px 2px rgb(20 24 40 / .06), 0 1px 3px rgb(20 24 40 / .05);
}
@media (prefers-color-scheme: dark) { :root {${DARK}} }
.preview.dark {${DARK}}
`

const BASE = `
*, *::before, *::after { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 var(--font); }
h1, h2, h3, p, ul, ol, dl, dd, figure, fieldset { margin: 0; padding: 0 }
h1, h2, h3, strong, th, label, legend, dt { font-weight: 600 }
h1 { font-size: 24px; line-height: 32px; letter-spacing: -.01em; text-wrap: balance }
h2 { font-size: 18px; line-height: 28px }
h3 { font-size: 16px; line-height: 24px }
[dir=rtl] h1 { letter-spacing: normal }
html:lang(ja) { line-break: strict; word-break: auto-phrase }
strong, bdi, input, textarea, .brand span, .home span, .who { unicode-bidi: plaintext }
code { unicode-bidi: isolate; direction: ltr }
fieldset { border: 0; min-width: 0 }
legend { padding: 0 }
a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px }
a:hover { color: var(--accent-strong) }
code, pre { font-family: var(--mono); font-size: .875em; overflow-wrap: anywhere }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
[hidden] { display: none !important }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.help { color: var(--muted); font-size: 14px; line-height: 20px }
.mark { width: 28px; height: 28px; flex: none }
.mark rect { fill: var(--accent) }
.mark path { fill: none; stroke: var(--on-accent); stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round }
`

const FORMS = `
form, .read-only { display: grid; gap: 20px; justify-items: start }
form > *, .read-only > * { width: 100%; min-width: 0 }
form > .button { width: auto }
form > .button.wide { width: 100% }
form.inline { display: inline-flex; gap: 8px; width: auto }
.field { display: grid; grid-template-columns: minmax(0, 1fr); gap: 4px; max-width: 520px }
.field label, legend { font-size: 14px; line-height: 20px }
.required::after { content: "\u00a0*"; color: var(--danger) }
.read-only .required::after { content: none }
.read-only .button { display: none }
input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea {
  width: 100%; min-height: 40px; padding: 8px 12px; border: 1px solid var(--edge); border-radius: 6px;
  background: var(--surface); color: inherit; font: inherit; line-height: 22px;
}
input[type=datetime-local] { padding-inline: 8px 4px; letter-spacing: -.02em }
textarea { min-height: 88px; resize: vertical; display: block }
select {
  appearance: none; padding-inline-end: 36px; background-repeat: no-repeat; background-position: right 12px center;
  background-image: linear-gradient(45deg, transparent 50%, var(--muted) 50%), linear-gradient(135deg, var(--muted) 50%, transparent 50%);
  background-size: 5px 5px; background-position: right 17px center, right 12px center;
}
select:dir(rtl) { background-position: left 12px center, left 17px center }
::placeholder { color: var(--muted); opacity: 1 }
input:focus-visible, select:focus-visible, textarea:focus-visible { outline-offset: -1px; border-color: var(--accent); border-radius: 6px }
input:is([type=date], [type=datetime-local]):focus-within { outline: 2px solid var(--accent); outline-offset: -1px }
input:disabled, select:disabled, textarea:disabled { background: var(--raised); color: var(--muted) }
input[readonly] { background: var(--raised) }
.wrong input, .wrong select, .wrong textarea { border-color: var(--danger) }
.error { color: var(--danger); font-size: 14px; line-height: 20px }
.error::before { content: "⚠ "; content: "⚠ " / "" }
.check { grid-template-columns: 20px 1fr; column-gap: 12px; align-items: center; min-height: 32px; row-gap: 0 }
.check label { font-weight: 400; font-size: 16px; line-height: 24px; padding: 4px 0 }
.check .help, .check .error { grid-column: 2 }
input[type=checkbox], input[type=radio] { width: 20px; height: 20px; margin: 0; accent-color: var(--accent) }
.choices { display: grid; gap: 4px }
.choices legend { margin-bottom: 4px }
.reveal { display: flex; gap: 8px }
.reveal input { flex: 1; min-width: 0 }
.buttons { display: flex; flex-wrap: wrap; gap: 12px; align-items: center }
.button {
  display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-height: 40px; padding: 8px 16px;
  border: 1px solid var(--edge); border-radius: 6px; background: var(--surface); color: var(--text);
  font: 600 15px/22px var(--font); text-decoration: none; text-align: center; cursor: pointer;
}
.button:hover { background: var(--raised); color: var(--text) }
.button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
.button.primary:hover { background: var(--accent-strong); border-color: var(--accent-strong) }
.button.danger { color: var(--danger); border-color: var(--danger) }
.button.danger:hover { background: var(--danger-soft); color: var(--danger-strong) }
.button.quiet { border-color: transparent; background: transparent; color: var(--accent); padding-inline: 8px }
.button.quiet:hover { background: var(--accent-soft) }
.button.wide { width: 100% }
.button:has(> .unseen) { gap: 0 }
.button:disabled { opacity: .55; cursor: not-allowed }
.divider { display: flex; align-items: center; gap: 12px; color: var(--muted); font-size: 14px; line-height: 20px }
.divider::before, .divider::after { content: ""; flex: 1; border-top: 1px solid var(--line) }
.flash, .error-summary { padding: 12px 16px; border-radius: 6px; border: 1px solid; overflow-wrap: anywhere }
.flash.done { background: var(--success-soft); color: var(--success); }
.flash.warning { background: var(--warning-soft); color: var(--warning) }
.error-summary { background: var(--danger-soft); color: var(--danger) }
.error-summary a { color: inherit }
.error-summary ul { list-style: none; display: grid; gap: 4px }
`

const CARD = `
.card-page { display: grid; grid-template-rows: 1fr auto; gap: 24px; min-height: 100vh; min-height: 100dvh; justify-items: center; padding: 24px 16px }
.gate { width: 100%; max-width: 400px; display: grid; gap: 20px; align-self: center }
.gate > * { min-width: 0 }
.about { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px }
.about img { max-width: 120px; max-height: 40px; object-fit: contain }
.about ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px }
.brand { display: flex; align-items: center; justify-content: center; gap: 12px; font-weight: 600; font-size: 18px; line-height: 28px; overflow-wrap: anywhere }
.brand img, .brand-logo img, .home img { max-width: 200px; max-height: 40px; object-fit: contain }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); padding: 32px; display: grid; gap: 20px; overflow-wrap: anywhere }
.card > * { min-width: 0 }
.foot { width: 100%; max-width: 400px; display: grid; gap: 4px; font-size: 14px; line-height: 20px; color: var(--muted) }
.links { list-style: none; display: flex; flex-wrap: wrap; justify-content: center; gap: 0 16px }
.links a { display: inline-flex; align-items: center; min-height: 32px; color: inherit }
.languages { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 12px }
.languages > * { width: auto; display: inline-flex; align-items: center; justify-content: center; min-width: 32px; min-height: 32px; padding: 0; border: 0; background: none; color: inherit; font: inherit }
.languages > button { cursor: pointer; text-decoration: underline; text-decoration-color: transparent; text-underline-offset: 3px }
.languages > button:hover { color: var(--text); text-decoration-color: currentColor }
.languages > [aria-current] { color: var(--text); font-weight: 600 }
.card .facts { grid-template-columns: minmax(0, 1fr); gap: 0 }
.card .facts dd + dt { margin-top: 8px }
.stored { display: grid; gap: 12px; padding: 16px; background: var(--raised); border-radius: 6px }
.card form + form { margin-top: -8px }
.card > ul { padding-inline-start: 20px; display: grid; gap: 4px }
.user-code { text-align: center }
.user-code code { font-size: 28px; line-height: 40px; letter-spacing: .08em; font-weight: 600 }
.card h2 { font-size: 16px; line-height: 24px }
.card .button + .button { margin-top: -8px }
.passkey, .beside { display: grid; gap: 12px }
.beside { border-top: 1px solid var(--line); padding-top: 20px }
.qr { width: 208px; max-width: 100%; height: auto; margin-inline: auto; display: block; border: 1px solid var(--line); border-radius: 6px }
.key { font-size: 15px; user-select: all }
.codes { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(132px, 1fr)); gap: 8px 16px; padding: 16px; background: var(--raised); border-radius: 6px }
.codes code { font-size: 16px; user-select: all }
.things { list-style: none; display: grid; border-top: 1px solid var(--line) }
.things > li { display: grid; padding: 12px 0; border-bottom: 1px solid var(--line) }
@media (max-width: 480px) { .card { padding: 24px 20px } }
`

export const STYLE_SHEET = TOKENS + BASE + FORMS + CARD + CONSOLE_STYLE + ACCOUNT_STYLE
