/** The console's part of the style sheet: frame, tables, tabs, and what stands in a page. */
const FRAME = `
.console-page { display: grid; min-height: 100vh; min-height: 100dvh; grid-template: "top top" 56px "menu page" 1fr / 240px minmax(0, 1fr) }
.top { grid-area: top; display: flex; align-items: center; gap: 16px; padding: 0 24px; background: var(--surface); border-bottom: 1px solid var(--line) }
.top .home { display: flex; align-items: center; gap: 12px; color: var(--text); text-decoration: none; font-weight: 600; min-width: 0; min-height: 40px }
.top .home span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.top .who { margin-inline-start: auto; color: var(--muted); font-size: 14px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0 }
.top div.who { display: flex; align-items: center; gap: 16px; flex: none }
.top .who a { display: inline-flex; align-items: center; min-height: 40px }
.top .home img { max-width: min(200px, 30vw) }
.top form { flex: none }
.menu { grid-area: menu; padding: 16px 12px; border-right: 1px solid var(--line); background: var(--surface); font-size: 15px }
.menu ul { list-style: none; display: grid; gap: 2px }
.menu a, .menu .heading { display: flex; align-items: center; gap: 12px; min-height: 36px; padding: 6px 12px; border-radius: 6px; color: var(--text); text-decoration: none }
.menu a:hover { background: var(--raised) }
.menu a[aria-current] { background: var(--accent-soft); color: var(--accent-strong); font-weight: 600 }
.menu .heading { color: var(--muted) }
.menu ul ul { margin-left: 20px; padding-left: 10px; border-left: 1px solid var(--line) }
.menu svg { width: 18px; height: 18px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; opacity: .8 }
.menu-fold { display: none }
.skip { position: absolute; inset-inline-start: 8px; top: -80px; background: var(--surface); padding: 8px 16px; z-index: 2; border-radius: 6px }
.skip:focus { top: 8px }
.page { grid-area: page; padding: 24px 32px 64px; display: grid; gap: 20px; align-content: start; width: 100%; max-width: 1200px; min-width: 0 }
.page > * { min-width: 0 }
.docs-page pre { overflow-x: auto }
.docs-page .page { max-width: 900px; margin-inline: auto }
.crumbs ol { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 8px; font-size: 14px; line-height: 20px; color: var(--muted) }
.crumbs li + li::before { content: "/"; margin-right: 8px; color: var(--edge) }
.crumbs a { color: var(--muted) }
.title { display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: flex-start; justify-content: space-between }
.title > div:first-child { min-width: 0; display: grid; gap: 4px; overflow-wrap: anywhere }
.title > .buttons { flex: none }
.lead { color: var(--muted); max-width: 68ch }
@media (max-width: 800px) {
  .console-page { grid-template: "top" 56px "fold" auto "menu" auto "page" 1fr / minmax(0, 1fr) }
  .top { padding: 0 16px }
  .top .who > span { display: none }
  .menu-fold { grid-area: fold; display: block; background: var(--surface); border-bottom: 1px solid var(--line) }
  .menu-fold summary { display: flex; align-items: center; gap: 8px; min-height: 44px; padding: 0 16px; font-weight: 600; cursor: pointer; list-style: none }
  .menu-fold summary::-webkit-details-marker { display: none }
  .menu-fold summary::before { content: ""; width: 18px; height: 12px; border-block: 2px solid; background: linear-gradient(currentColor, currentColor) center / 100% 2px no-repeat }
  .menu { border-right: 0; border-bottom: 1px solid var(--line) }
  .menu-fold:not([open]) + .menu { display: none }
  .page { padding: 20px 16px 48px }
}
`

const PARTS = `
.panel { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); padding: 24px; display: grid; gap: 20px; align-content: start; overflow-wrap: anywhere }
.panel > * { min-width: 0 }
.panel > header { display: grid; gap: 4px }
.panel > header.with-action { grid-template-columns: minmax(0, 1fr) auto; align-items: start; gap: 4px 16px }
.panel .goes { padding-inline-start: 20px }
.panel.destroy { border-color: var(--danger) }
.columns { display: grid; gap: 20px; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr)) }
.settings { display: grid; gap: 20px 24px; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr)) }
.pair { display: grid; gap: 20px; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(200px, 100%), 1fr)); max-width: 520px }
.cards { list-style: none; display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(260px, 100%), 1fr)) }
.cards a { display: grid; gap: 4px; height: 100%; padding: 20px; align-content: start; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); color: var(--text); text-decoration: none; overflow-wrap: anywhere }
.cards a:hover { border-color: var(--accent) }
.cards .count { font-size: 28px; line-height: 36px; font-weight: 600; font-variant-numeric: tabular-nums }
.tabs { overflow-x: auto; border-bottom: 1px solid var(--line); scrollbar-width: thin }
.tabs ul { list-style: none; display: flex; gap: 4px; width: max-content }
.tabs a { display: block; padding: 10px 12px; min-height: 44px; color: var(--muted); text-decoration: none; font-size: 15px; line-height: 24px; border-bottom: 2px solid transparent; white-space: nowrap }
.tabs a:hover { color: var(--text); border-color: var(--line) }
.tabs a[aria-current] { color: var(--accent-strong); border-color: var(--accent); font-weight: 600 }
.tabs a:focus-visible { outline-offset: -2px }
.steps { list-style: none; display: flex; flex-wrap: wrap; gap: 8px 24px; counter-reset: step; font-size: 14px }
.steps li { counter-increment: step; display: flex; align-items: center; gap: 8px; color: var(--muted) }
.steps li::before { content: counter(step); display: grid; place-items: center; width: 24px; height: 24px; border-radius: 12px; border: 1px solid var(--edge); font-size: 13px; font-variant-numeric: tabular-nums }
.steps li[aria-current] { color: var(--text); font-weight: 600 }
.steps li[aria-current]::before, .steps li.past::before { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
.badge { display: inline-block; padding: 0 8px; border-radius: 10px; font-size: 13px; line-height: 20px; white-space: nowrap; background: var(--raised); color: var(--muted) }
.badge.good { background: var(--success-soft); color: var(--success) }
.badge.bad { background: var(--danger-soft); color: var(--danger) }
.badge.wait { background: var(--warning-soft); color: var(--warning) }
.badge.note { background: var(--accent-soft); color: var(--accent-strong) }
.facts { display: grid; grid-template-columns: minmax(120px, max-content) minmax(0, 1fr); gap: 12px 24px; align-items: baseline }
.facts dt { color: var(--muted); font-size: 14px; font-weight: 400 }
.facts dd { overflow-wrap: anywhere }
.code { display: flex; align-items: center; gap: 8px; background: var(--raised); border-radius: 6px; padding: 4px 4px 4px 12px; min-height: 40px }
.code code { flex: 1; min-width: 0; padding: 4px 0 }
.facts .code { max-width: 640px }
.empty { padding: 40px 24px; text-align: center; display: grid; gap: 12px; justify-items: center; color: var(--muted) }
.empty h2 { color: var(--text) }
.empty p { max-width: 52ch }
.toggle { display: inline-flex; align-items: center; gap: 8px; min-height: 32px; padding: 4px; border: 0; background: none; color: inherit; font: 14px/20px var(--font); cursor: pointer }
.toggle::before { content: ""; width: 36px; height: 20px; border-radius: 10px; border: 1px solid var(--edge); background: radial-gradient(circle at 9px 50%, var(--edge) 6px, transparent 6.5px), var(--surface) }
.toggle[aria-checked=true]::before { border-color: var(--accent); background: radial-gradient(circle at 25px 50%, var(--on-accent) 6px, transparent 6.5px), var(--accent) }
.toggle:disabled { opacity: .55; cursor: not-allowed }
.rule { display: grid; gap: 12px 16px; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr)); padding-top: 16px; border-top: 1px solid var(--line) }
.rule legend { float: left; grid-column: 1 / -1; font-weight: 600 }
.rule .button { justify-self: start; align-self: end }
.preview { margin: 0; padding: 12px; max-height: 480px; overflow: auto; background: var(--raised); border-radius: 6px; white-space: pre-wrap }
.shown { margin: 0; padding: 12px; max-height: 480px; overflow: auto; background: var(--raised); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere }
[action$="/dry-run"] textarea { min-height: 240px; font-family: var(--mono) }
.trial { list-style: none; display: grid; gap: 16px }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: 8px }
.chips li { display: inline-flex; align-items: center; gap: 4px; background: var(--raised); border-radius: 16px; padding-left: 12px; min-height: 32px; font-size: 14px }
.chips button, .icon-button { min-width: 32px; min-height: 32px; border: 0; border-radius: 16px; background: none; color: var(--muted); font: 16px/1 var(--font); cursor: pointer }
.chips button:hover { color: var(--danger) }
.bar { display: flex; flex-wrap: wrap; gap: 12px; align-items: end }
.bar .field { flex: 1 1 240px; max-width: 400px }
.search { display: flex; gap: 8px; flex: 1 1 280px; max-width: 440px }
.search input { flex: 1; min-width: 0 }
.search:has(.help, .error) { display: flex; flex-wrap: wrap; gap: 4px 8px }
.search.wide { max-width: 800px; flex-basis: 100% }
.search > p { flex: 1 1 100% }
.search code { overflow-wrap: anywhere }
.drop { position: relative }
.drop summary { list-style: none }
.drop summary::-webkit-details-marker { display: none }
.drop summary::after { content: ""; border: 5px solid transparent; border-top-color: currentColor; margin-top: 5px }
.drop ul { position: absolute; right: 0; z-index: 1; margin-top: 4px; min-width: 200px; list-style: none; padding: 4px; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 8px 24px rgb(10 14 30 / .16) }
.drop li a { display: block; padding: 8px 12px; border-radius: 4px; color: var(--text); text-decoration: none }
.drop li a:hover { background: var(--raised) }
.more summary { cursor: pointer; min-height: 32px; padding: 4px 0; color: var(--accent); font-weight: 600; font-size: 15px }
.more[open] summary { margin-bottom: 12px }
.stack { display: grid; gap: 20px }
progress { width: 240px; max-width: 100%; height: 16px; margin-right: 8px; vertical-align: middle; accent-color: var(--accent) }
.lines { list-style: none; display: grid; gap: 4px }
.label { font-weight: 600; font-size: 14px; line-height: 20px }
.sections > .panel { gap: 20px 24px }
.sections .columns { gap: 20px 24px }
.values { display: grid; gap: 16px; padding-top: 16px; border-top: 1px solid var(--line) }
.values > legend { float: left; width: 100%; font-size: 16px; line-height: 24px }
.values > legend + * { clear: both }
.value-row { display: grid; gap: 12px 16px; grid-template-columns: repeat(auto-fit, minmax(min(200px, 100%), 1fr)); align-items: start }
.value-row + .value-row { padding-top: 16px; border-top: 1px dashed var(--line) }
.value-row > .checks { display: flex; flex-wrap: wrap; gap: 4px 20px; align-self: end }
.checks > .check { min-height: 40px; column-gap: 8px }
.value-row > .values { grid-column: 1 / -1; padding: 0; border: 0; gap: 12px }
.value-row > .values > legend { font-size: 14px; line-height: 20px }
.part { padding: 16px; border: 1px solid var(--line); border-radius: 6px }
.part > legend { padding: 0 4px }
.send { position: sticky; bottom: 0; z-index: 1; padding: 12px 0; background: var(--ground); border-top: 1px solid var(--line) }
.rows { list-style: none; display: grid }
.rows > li { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; padding: 12px 0; border-top: 1px solid var(--line) }
.rows > li:first-child { border-top: 0; padding-top: 0 }
.rows > li:last-child { padding-bottom: 0 }
.rows .what { flex: 1 1 200px; min-width: 0; display: grid; justify-items: start }
.filters { display: flex; flex-wrap: wrap; gap: 8px; list-style: none }
.filters a { display: inline-flex; align-items: center; gap: 6px; min-height: 32px; padding: 4px 12px; border: 1px solid var(--line); border-radius: 16px; color: var(--text); font-size: 14px; text-decoration: none; background: var(--surface) }
.filters a[aria-current] { border-color: var(--accent); background: var(--accent-soft); color: var(--accent-strong); font-weight: 600 }
.log-search { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr)) }
.log-search .field { min-width: 0; grid-template-columns: minmax(0, 1fr) }
.log-search > .button { justify-self: start }
.attempts details { flex: 1 1 100% }
.attempts pre { margin: 4px 0 0; padding: 12px; max-height: 320px; overflow: auto; background: var(--raised); border-radius: 6px; white-space: pre-wrap }
.chart { display: grid; gap: 4px; align-content: start }
.chart svg { display: block; width: 100%; height: 96px; border-bottom: 1px solid var(--edge) }
.chart rect { fill: var(--accent) }
.chart .ends { display: flex; justify-content: space-between }
.next-steps { list-style: none; display: grid; gap: 12px; counter-reset: next }
@supports selector(:has(*)) {
  form:has(option[value=complex]:checked) .unless-complex, form:not(:has(option[value=complex]:checked)) .if-complex,
  form:not(:has([name=expires][value=date]:checked)) .if-date { display: none }
  .mode { display: none }
  form:has(option[value=none]:checked) .mode-none, form:has(option[value=basic]:checked) .mode-basic,
  form:has(option[value=password]:checked) .mode-password,
  form:has(option[value=bearer]:checked) .mode-bearer, form:has(option[value=apiKey]:checked) .mode-apiKey,
  form:has(option[value=clientCredentials]:checked) .mode-clientCredentials { display: grid; gap: 20px }
}
@media (max-width: 800px) {
  .panel { padding: 20px 16px }
  .panel > header.with-action { grid-template-columns: minmax(0, 1fr); justify-items: start; gap: 12px }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 4px }
  .facts dd + dt { margin-top: 12px }
  .title > .buttons { flex: 1 1 100% }
  .drop ul { right: auto; left: 0 }
}
`

const TABLES = `
.table { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); overflow: hidden }
.panel .table { box-shadow: none }
table { width: 100%; border-collapse: collapse; font-size: 14px; line-height: 20px }
caption { text-align: left }
th { text-align: left; color: var(--muted); font-size: 13px; white-space: nowrap; background: var(--raised) }
th, td { padding: 10px 16px; vertical-align: middle; overflow-wrap: anywhere }
td:first-child { min-width: 120px; max-width: 360px }
td { border-top: 1px solid var(--line) }
tbody tr:hover { background: color-mix(in srgb, var(--raised) 50%, transparent) }
tbody tr:first-child td { border-top: 0 }
th a { color: inherit; text-decoration: none; display: inline-flex; gap: 4px; align-items: center; min-height: 32px; margin-block: -6px }
th a:hover { color: var(--text); text-decoration: underline }
td a { font-weight: 600; text-decoration: none }
td a:hover { text-decoration: underline }
td .sub { color: var(--muted); display: block }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
time { white-space: nowrap }
.acts { text-align: right; white-space: nowrap; padding-block: 4px }
.acts .button { min-height: 32px; padding: 4px 10px; font-size: 14px }
.pager { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; justify-content: space-between; color: var(--muted); font-size: 14px }
.pager .buttons { gap: 8px }
.pager .button { min-height: 36px; padding: 6px 12px; font-size: 14px }
@media (max-width: 800px) {
  .stacks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .stacks, .stacks tbody, .stacks tr, .stacks td { display: block; max-width: none }
  .stacks tr { padding: 12px 16px; border-top: 1px solid var(--line) }
  .stacks tr:first-child { border-top: 0 }
  .stacks td { border: 0; padding: 2px 0; display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 12px; text-align: left; justify-items: start }
  .stacks td::before { content: attr(data-label); color: var(--muted) }
  .stacks td:not(:first-child) > .sub { grid-column: 2; margin-top: -12px }
  .stacks td:first-child { font-size: 16px; line-height: 24px; display: block; min-width: 0 }
  .stacks td:first-child::before { content: none }
  .stacks td.acts { display: block; padding-top: 4px }
  .stacks td.acts::before { content: none }
  .stacks td.acts .quiet { margin-left: -10px }
  .stacks td:empty, .stacks td.void { display: none }
}
`

const PREVIEWS = `
.previews { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(280px, 100%), 1fr)); gap: 16px }
.previews figcaption { font-size: 14px; line-height: 20px; color: var(--muted); margin-bottom: 4px }
.preview { display: grid; gap: 16px; padding: 24px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--ground); color: var(--text) }
.preview.light { color-scheme: light }
.preview.dark { color-scheme: dark }
.preview .card { padding: 20px; gap: 12px }
.preview .link { color: var(--accent); text-decoration: underline }
`

export const CONSOLE_STYLE = FRAME + PARTS + TABLES + PREVIEWS
