import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import type { Branding } from '../../db/schema.ts'
import { button, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../html.ts'
import { brandLine, logoUrl } from '../../html/branding/parts.ts'
import { confirmation, panel } from '../../html/parts.ts'
import type { Tenant } from '../../platform.ts'
import { LOGO_TYPES } from '../../tenancy/branding/logo.ts'
import { changeForm, changeLink, mayChange, readOnlyNote } from '../changes.ts'
import { type Draft, EMPTY_DRAFT, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import type { BrandingField } from './form.ts'

export function brandingPath(view: View): string {
  return `${view.root}/branding`
}

export type BrandingPage = {
  /** As it stands in the store. */
  readonly tenant: Tenant
  readonly draft?: Draft
  /** What is shown in the preview, if not what is set. */
  readonly shown?: Branding
  readonly logoErrors?: readonly FieldError[]
}

export function brandingPage(view: View, { tenant, draft = EMPTY_DRAFT, shown, logoErrors = [] }: BrandingPage): Html {
  const path = brandingPath(view)
  const branding = tenant.branding ?? {}
  return consolePage(view, {
    section: 'branding',
    title: 'Branding',
    lead: 'What the pages look like on which people sign in and out and agree to things. What is left empty is as postern has it.',
    action: linkButton({ label: 'Open the sign-in page', href: `${view.scope.base}/login` }),
    body: [
      errorSummary([...draft.errors, ...logoErrors]),
      readOnlyNote(view, path),
      panel({ title: 'Name, colours and links' }, changeForm(view, path, brandingFields(branding, draft), SEND)),
      panel({ title: 'Logo' }, logoPart(view, tenant, logoErrors)),
      panel(
        { title: 'Preview', lead: shown && 'Of what is typed above. It is not set yet.' },
        previews(view, { ...tenant, branding: shown ?? branding }),
      ),
    ],
  })
}

const SEND = html`<div class="buttons">
  ${button({ label: 'Update', kind: 'primary' })} ${button({ label: 'Preview', name: 'action', value: 'preview' })}
</div>`

const COLOUR_HELP = 'As # and six hexadecimal digits. Links in it have to be readable, at a contrast of 4.5 to 1.'

function brandingFields(branding: Branding, { values, errors }: Draft): Html {
  const isDraft = Object.keys(values).length > 0
  const shared = (name: BrandingField) => ({
    name,
    value: isDraft ? valueOf(values, name) : branding[name],
    error: errorOf(errors, name),
    autocomplete: 'off',
  })
  return html`${field({ ...shared('displayName'), label: 'Name', maxlength: 100, help: 'Shown in place of the organization’s name.' })}
  ${field({ ...shared('accent'), label: 'Accent colour', placeholder: '#3348a8', help: COLOUR_HELP })}
  ${field({ ...shared('accentDark'), label: 'Accent colour on a dark ground', help: 'Left empty, it is made of the accent colour.' })}
  ${field({ ...shared('supportUrl'), label: 'Help', help: 'An address that begins with https: or mailto:. The links stand at the foot of the pages.' })}
  ${field({ ...shared('privacyUrl'), label: 'Privacy', type: 'url' })}
  ${field({ ...shared('termsUrl'), label: 'Terms', type: 'url' })}`
}

function logoPart(view: View, tenant: Tenant, errors: readonly FieldError[]): Html {
  const path = `${brandingPath(view)}/logo`
  const logo = logoUrl({ ...view.scope, tenant })
  const error = errorOf(errors, 'logo')
  const form = html`<form method="post" action="${path}" enctype="multipart/form-data">
    ${tokenField(view.formToken)}
    <div class="field${error ? ' wrong' : ''}">
      <label for="field-logo">Picture</label>
      <input
        type="file"
        id="field-logo"
        name="logo"
        accept="${LOGO_TYPES.join(',')}"
        required
        aria-describedby="field-logo-help${error ? ' field-logo-error' : ''}"
        ${error ? html`aria-invalid="true"` : ''}
      />
      ${error ? html`<p class="error" id="field-logo-error">${error}</p>` : ''}
      <p class="help" id="field-logo-help">PNG, JPEG or WebP, at most 64 KiB. It is shown up to 200 by 40 pixels.</p>
    </div>
    <div class="buttons">
      ${button({ label: logo ? 'Replace the logo' : 'Set the logo' })}
      ${logo ? changeLink(view, { label: 'Remove it', href: `${path}/remove`, kind: 'danger' }) : ''}
    </div>
  </form>`
  return html`${logo ? html`<p class="brand-logo"><img src="${logo}" alt="The logo" /></p>` : html`<p>There is none: the mark of postern stands in its place.</p>`}
  ${mayChange(view, path) ? form : ''}`
}

export function removeLogoPage(view: View): Html {
  const path = brandingPath(view)
  return consolePage(view, {
    section: 'branding',
    title: 'Remove the logo',
    crumbs: [{ label: 'Branding', href: path }],
    body: confirmation({
      question: 'Remove the logo?',
      goes: ['The mark of postern stands in its place on every page.'],
      action: `${path}/logo/remove`,
      cancel: path,
      label: 'Remove the logo',
      formToken: view.formToken,
    }),
  })
}

/** A picture of the sign-in page on each ground: it can neither be used nor read out. */
function previews(view: View, tenant: Tenant): Html {
  const { accent, accentDark } = tenant.branding ?? {}
  const colours = Object.entries({ accent, accentDark }).flatMap(([name, value]) => (value ? [[name, value]] : []))
  const style = `${brandingPath(view)}/preview.css?${new URLSearchParams(colours)}`
  return html`<link rel="stylesheet" href="${style}" />
    <div class="previews">
      ${(['light', 'dark'] as const).map(
        (theme) =>
          html`<figure>
            <figcaption>${theme === 'light' ? 'On a light ground' : 'On a dark ground'}</figcaption>
            <div class="preview ${theme}" aria-hidden="true">
              ${brandLine({ ...view.scope, tenant })}
              <div class="card">
                <strong>Sign In</strong>
                <span class="button primary wide">Sign In</span>
                <span class="link">A link</span>
              </div>
            </div>
          </figure>`,
      )}
    </div>`
}
