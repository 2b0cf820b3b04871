/** What may be a logo. Pure. */

export const LOGO_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const
export type LogoType = (typeof LOGO_TYPES)[number]
export const MAX_LOGO_BYTES = 64 * 1024

/** What the bytes say that they are, whatever was said of them: the browser is told so, and told not to guess. */
export function logoTypeOf(bytes: Uint8Array): LogoType | undefined {
  const begins = (at: number, ...wanted: number[]) => wanted.every((byte, i) => bytes[at + i] === byte)
  if (begins(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (begins(0, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (begins(0, 0x52, 0x49, 0x46, 0x46) && begins(8, 0x57, 0x45, 0x42, 0x50)) return 'image/webp'
  return undefined
}

export type CheckedLogo =
  { readonly ok: true; readonly type: LogoType } | { readonly ok: false; readonly fault: string }

/** A picture's type, or what is wrong with it. An SVG is a document: it can hold script, and would be opened by its address. */
export function checkLogo(bytes: Uint8Array): CheckedLogo {
  if (bytes.length > MAX_LOGO_BYTES) return { ok: false, fault: 'A logo may have 64 KiB at the most.' }
  const type = logoTypeOf(bytes)
  if (type) return { ok: true, type }
  return { ok: false, fault: 'Choose a PNG, JPEG or WebP picture. SVG is not taken: it can hold script.' }
}
