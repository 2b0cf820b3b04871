/** The form of an OpenID Connect authenticator: on the new connection's second step, and on the Settings tab. */
import { html } from 'hono/html'
import { z } from 'zod'
import {
  type AuthenticatorChange,
  type AuthenticatorInput,
  authenticatorInput,
} from '../../connections/authenticator/settings.ts'
import type { Authenticator } from '../../db/schema.ts'
import { attr, errorOf, field, type Html } from '../../html.ts'
import { type Draft, valueOf } from '../form.ts'

const line = z.string().trim().default('')
const fields = z.object({
  clientId: line,
  clientSecret: z.string().default(''),
  authorizationEndpoint: line,
  tokenEndpoint: line,
  issuer: line,
  jwksUri: line,
  userinfoEndpoint: line,
  scopes: line,
})

/** An absent secret is not given; an absent optional field is to be as if it was never given. */
export const authenticatorForm = fields.transform((form, context): AuthenticatorInput => {
  const scopes = form.scopes.split(/[\s,]+/).filter((scope) => scope !== '')
  const parsed = authenticatorInput.safeParse({
    type: 'oidc',
    clientId: form.clientId,
    clientSecret: form.clientSecret || undefined,
    authorizationEndpoint: form.authorizationEndpoint,
    tokenEndpoint: form.tokenEndpoint,
    issuer: form.issuer || undefined,
    jwksUri: form.jwksUri || undefined,
    userinfoEndpoint: form.userinfoEndpoint || undefined,
    scopes: scopes.length > 0 ? scopes : undefined,
  })
  if (parsed.success) return parsed.data
  for (const { message, path } of parsed.error.issues) {
    context.addIssue({ code: 'custom', message, path: path.slice(0, 1) })
  }
  return z.NEVER
})

/** As a change of a connection: what was emptied goes. */
export function changeOf(input: AuthenticatorInput): AuthenticatorChange {
  return { issuer: null, jwksUri: null, userinfoEndpoint: null, scopes: null, ...withoutUndefined(input) }
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>
}

/** The fields, with what was typed or else what is set. The secret is never among what is shown. */
export function authenticatorFields(set: Authenticator | null, { values, errors }: Draft): Html {
  const shown = set ? { ...set, scopes: set.scopes?.join(' ') } : undefined
  const shared = (name: Exclude<keyof z.output<typeof fields>, 'clientSecret'>) => ({
    name,
    value: valueOf(values, name) ?? shown?.[name],
    error: errorOf(errors, name),
    autocomplete: 'off',
  })
  const keeps = set !== null
  return html`${field({ ...shared('clientId'), label: 'Client ID', required: true })}
  ${field({
    name: 'clientSecret',
    label: 'Client Secret',
    type: 'password',
    required: !keeps,
    autocomplete: 'off',
    error: errorOf(errors, 'clientSecret'),
    help: keeps ? 'A secret is set. It is never shown; leave this empty to keep it.' : undefined,
  })}
  ${field({ ...shared('authorizationEndpoint'), label: 'Authorization Endpoint URL', type: 'url', required: true, placeholder: 'https://localhost:9444/oauth2/authorize' })}
  ${field({ ...shared('tokenEndpoint'), label: 'Token Endpoint URL', type: 'url', required: true, placeholder: 'https://localhost:9444/oauth2/token' })}
  ${further(shared, set, errors)}`
}

type Shared = (name: 'issuer' | 'jwksUri' | 'userinfoEndpoint' | 'scopes') => {
  readonly name: string
  readonly value: string | undefined
  readonly error: string | undefined
  readonly autocomplete: string
}

function further(shared: Shared, set: Authenticator | null, errors: Draft['errors']): Html {
  const names = ['issuer', 'jwksUri', 'userinfoEndpoint', 'scopes'] as const
  const isOpen = names.some((name) => set?.[name] !== undefined || errorOf(errors, name) !== undefined)
  return html`<details class="more" ${attr('open', isOpen)}>
    <summary>Further settings</summary>
    <div class="stack">
      <p class="help">Left empty, issuer and addresses are read from the provider’s own discovery document.</p>
      ${field({ ...shared('issuer'), label: 'Issuer', type: 'url' })}
      ${field({ ...shared('jwksUri'), label: 'JWKS Endpoint URL', type: 'url' })}
      ${field({ ...shared('userinfoEndpoint'), label: 'Userinfo Endpoint URL', type: 'url' })}
      ${field({ ...shared('scopes'), label: 'Scopes', help: 'Separated by blanks. Left empty: openid profile email.' })}
    </div>
  </details>`
}
