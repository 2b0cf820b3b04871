/** The account page's part of the style sheet. Sides are those of the language: start and end. */
export const ACCOUNT_STYLE = `
.ways { display: flex; flex-wrap: wrap; gap: 8px 20px; justify-content: center; font-size: 15px }
.account-page { display: grid; min-height: 100vh; min-height: 100dvh; grid-template: "top top" 56px "nav page" 1fr "nav foot" auto / minmax(200px, 1fr) minmax(0, 3.5fr) }
.account-nav { grid-area: nav; padding: 24px 12px; padding-inline-start: 24px; font-size: 15px; justify-self: end; width: 100%; max-width: 260px }
.account-nav ul { list-style: none; display: grid; gap: 2px }
.account-nav a { display: flex; align-items: center; min-height: 36px; padding: 6px 12px; border-radius: 6px; color: var(--text); text-decoration: none }
.account-nav a:hover { background: var(--raised) }
.account-nav a[aria-current] { background: var(--accent-soft); color: var(--accent-strong); font-weight: 600 }
.account-page .page { max-width: 800px }
.account-page .foot { grid-area: foot; max-width: 800px; padding: 0 32px 24px }
.account-page .foot > * { justify-content: start }
.account-page form .button.wide, .account-page .page > .panel > div > .button.wide { width: auto; justify-self: start }
.account-page .qr { margin-inline: 0 }
.account-page .rows .buttons { margin-inline-start: auto }
@media (max-width: 800px) {
  .account-page { grid-template: "top" 56px "nav" auto "page" 1fr "foot" auto / minmax(0, 1fr) }
  .account-page .top { padding: 0 16px }
  .account-page .foot { padding: 0 16px 24px }
  .account-nav { padding: 8px 12px; max-width: none; overflow-x: auto; background: var(--surface); border-bottom: 1px solid var(--line) }
  .account-nav ul { display: flex; width: max-content }
  .account-nav a { white-space: nowrap }
  .account-page .rows .buttons { margin-inline-start: 0 }
}
`
