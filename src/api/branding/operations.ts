import { brandingInput } from '../../tenancy/branding/settings.ts'
import { LOGO_TYPES } from '../../tenancy/branding/logo.ts'
import type { Operation } from '../operations.ts'
import { brandingAnswer } from './schemas.ts'

/** What visitor pages look like. */
export const BRANDING_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/branding',
    summary: 'Read what the sign-in pages look like',
    status: 200,
    answer: brandingAnswer,
  },
  {
    method: 'put',
    path: '/branding',
    summary:
      'Set the name, colours and links of the sign-in pages; what is left out is as postern has it, the logo stays',
    body: brandingInput,
    status: 200,
    answer: brandingAnswer,
  },
  {
    method: 'put',
    path: '/branding/logo',
    summary: 'Set the logo: a PNG, JPEG or WebP picture of at most 64 KiB',
    upload: LOGO_TYPES,
    status: 200,
    answer: brandingAnswer,
  },
  { method: 'delete', path: '/branding/logo', summary: 'Remove the logo', status: 204 },
]
