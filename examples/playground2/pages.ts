import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; accent-color: #b3541e }
body { margin: 0 auto; max-width: 720px; padding: 24px 16px }
form, label { display: grid; gap: 4px } form { gap: 16px }
input, button { font: inherit; padding: 8px 12px; min-height: 40px; box-sizing: border-box; width: 100% }
button { cursor: pointer; width: auto; justify-self: start }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px } dt { opacity: .7 } dd { margin: 0; overflow-wrap: anywhere }
small { opacity: .75 }
`

function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · playground2</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <h1>playground2</h1>
        ${body}
      </body>
    </html>`
}

export function requestPage(form: { issuer: string; clientId: string; clientSecret: string; callback: string }): Html {
  return page(
    'Authorize',
    html`<p>The tutorial's web application. It signs you in at an OpenID provider.</p>
      <form method="post" action="/playground2/oauth2.jsp">
        <label>Authorization Grant Type <input value="Authorization Code" disabled /></label>
        <label>Client ID <input name="client_id" value="${form.clientId}" required autocomplete="off" /></label>
        <label
          >Client Secret <input name="client_secret" type="password" value="${form.clientSecret}" autocomplete="off" />
          <small>Leave it empty to be asked for it after the sign-in.</small></label
        >
        <label>Scope <input name="scope" value="openid profile email" /></label>
        <label>Provider <input name="issuer" value="${form.issuer}" required /></label>
        <label>Callback URL <input value="${form.callback}" disabled /></label>
        <button type="submit">Authorize</button>
      </form>`,
  )
}

export function secretPage(callback: string): Html {
  return page(
    'Client Secret',
    html`<p>The provider sent a code. To exchange it for tokens, playground2 needs the client secret.</p>
      <form method="post" action="/playground2/oauth2client">
        <input type="hidden" name="callback" value="${callback}" />
        <label>Client Secret <input name="client_secret" type="password" autocomplete="off" /></label>
        <button type="submit">Get Access Token</button>
      </form>`,
  )
}

export function resultPage(userinfo: Record<string, unknown>, idToken: Record<string, unknown>): Html {
  const name = String(userinfo.name ?? userinfo.preferred_username ?? userinfo.sub)
  return page(
    'Signed in',
    html`<p>You are signed in as <strong>${name}</strong>.</p>
      <h2>Claims from userinfo</h2>
      ${list(userinfo)}
      <h2>Claims of the id_token</h2>
      ${list(idToken)}
      <p><a href="/playground2/oauth2.jsp">Begin again</a></p>`,
  )
}

export function errorPage(words: string): Html {
  return page(
    'That did not work',
    html`<h2>That did not work</h2>
      <p>${words}</p>
      <p><a href="/playground2/oauth2.jsp">Begin again</a></p>`,
  )
}

function list(claims: Record<string, unknown>): Html {
  return html`<dl>
    ${Object.entries(claims).map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${typeof value === 'string' ? value : JSON.stringify(value)}</dd>`,
    )}
  </dl>`
}
