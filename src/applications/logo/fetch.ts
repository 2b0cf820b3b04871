/** Logos of applications (OpenID Connect Registration section 2), fetched here: no page loads anything from elsewhere. */
import { callUnlessMany } from '../../core/calls-at-once.ts'
import { memoryOf, remember } from '../../core/memory.ts'
import type { Platform, Scope } from '../../platform.ts'
import { type LogoType, logoTypeOf } from '../../tenancy/branding/logo.ts'

export const LOGO_SECONDS = 600
const MAX_BYTES = 256 * 1024
/** One that could not be had is asked for again, but not by everybody who opens a page. */
const AGAIN_MS = 60_000
const MOST_LOGOS = 40

export type Logo = { readonly type: LogoType; readonly bytes: Uint8Array<ArrayBuffer> }
type Fetched = { readonly logo: Logo | undefined; readonly since: number }
const remembered = new WeakMap<Platform, Map<string, Fetched>>()

/** What stands at a logo_uri if it is a PNG, JPEG or WebP picture that is not too large; the log says why not. */
export async function logoAt(scope: Scope, logoUri: string): Promise<Logo | undefined> {
  const memory = memoryOf(remembered, scope.platform)
  const place = `${scope.tenantId} ${logoUri}`
  const known = memory.get(place)
  const age = known ? scope.now.getTime() - known.since : Number.POSITIVE_INFINITY
  if (known && age < (known.logo ? LOGO_SECONDS * 1000 : AGAIN_MS)) return known.logo
  const fetched = await callUnlessMany(scope, logoUri, async () => ({ logo: await fetchLogo(scope, logoUri) }))
  if (!fetched) return known?.logo
  const { logo } = fetched
  remember(memory, place, { logo, since: scope.now.getTime() }, MOST_LOGOS)
  return logo
}

async function fetchLogo({ platform, tenantId }: Scope, logoUri: string): Promise<Logo | undefined> {
  try {
    const answer = await platform.fetch(logoUri, { headers: { Accept: 'image/*' }, redirect: 'manual' })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const type = logoTypeOf(bytes)
    if (answer.status === 200 && type && bytes.length <= MAX_BYTES) return { type, bytes }
    platform.log.warn('logo not shown', { tenantId, logoUri, status: answer.status, bytes: bytes.length, type })
  } catch (error) {
    platform.log.warn('logo not shown', { tenantId, logoUri, error })
  }
  return undefined
}
