import { z } from 'zod'
import { brandingInput } from '../../tenancy/branding/settings.ts'

export const FIELDS = ['displayName', 'accent', 'accentDark', 'supportUrl', 'privacyUrl', 'termsUrl'] as const
export type BrandingField = (typeof FIELDS)[number]

const typed = z.string().trim().default('')

/** What is left empty is not set. */
export const brandingForm = z
  .object({
    displayName: typed,
    accent: typed,
    accentDark: typed,
    supportUrl: typed,
    privacyUrl: typed,
    termsUrl: typed,
  })
  .transform((form) => Object.fromEntries(Object.entries(form).filter(([, value]) => value !== '')))
  .pipe(brandingInput)
