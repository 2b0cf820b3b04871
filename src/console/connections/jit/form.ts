import { z } from 'zod'
import { type JitChange, jitChange } from '../../../connections/jit/settings.ts'
import type { LinkingSettings } from '../../../db/schema.ts'
import { linesIn } from '../../applications/lines.ts'

const box = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on')
const line = z.string().trim()

/** What the form does not have stays as it is; the second box counts where the fields beside it are sent. */
export const jitForm = z
  .object({
    enabled: box,
    userStore: z.literal('PRIMARY'),
    scheme: z.enum(['silent', 'consent', 'password', 'username'], 'Choose one.').optional(),
    attributeSync: z.enum(['override', 'fillEmpty', 'preserveLocal', 'firstSignIn', 'none'], 'Choose one.'),
    userNameClaim: line.optional(),
    requiredAttributes: line.optional(),
    restrictToDomains: box,
  })
  .transform(({ userNameClaim, requiredAttributes, restrictToDomains, ...form }, context): JitChange => {
    const required = linesIn(requiredAttributes ?? '')
    const change = {
      ...form,
      ...(userNameClaim === undefined ? {} : { userNameClaim: userNameClaim || null }),
      ...(requiredAttributes === undefined ? {} : { requiredAttributes: required.length > 0 ? required : null }),
      ...(userNameClaim === undefined ? {} : { restrictToDomains: restrictToDomains || null }),
    }
    return checked(change, context)
  })

/** How many rules stand in the form: as many as there may be. */
export const RULES = 2

export const linkingForm = z
  .object({
    'rule-1-claim': line.default(''),
    'rule-1-attribute': z.enum(['emails', 'userName'], 'Choose one.').default('emails'),
    'rule-2-claim': line.default(''),
    'rule-2-attribute': z.enum(['emails', 'userName'], 'Choose one.').default('emails'),
    externalIdClaim: line.default(''),
    proof: box,
  })
  .transform((form, context): JitChange => {
    const rules = [
      { claim: form['rule-1-claim'], attribute: form['rule-1-attribute'] },
      { claim: form['rule-2-claim'], attribute: form['rule-2-attribute'] },
    ].filter(({ claim }) => claim !== '')
    const linking: LinkingSettings = {
      ...(rules.length > 0 ? { rules } : {}),
      ...(form.externalIdClaim === '' ? {} : { externalIdClaim: form.externalIdClaim }),
      ...(form.proof && rules.length > 0 ? { proof: true } : {}),
    }
    if (form.proof && rules.length === 0) {
      context.addIssue({
        code: 'custom',
        message: 'Give a rule: it says whose account is to be proved.',
        path: ['proof'],
      })
      return z.NEVER
    }
    return checked({ linking: Object.keys(linking).length > 0 ? linking : null }, context, {
      'linking.rules.0.claim': 'rule-1-claim',
      'linking.rules.1.claim': 'rule-2-claim',
      'linking.externalIdClaim': 'externalIdClaim',
    })
  })

/** By the schema of the management API; `places` are the names of its fields in the form. */
function checked(
  change: unknown,
  context: z.core.$RefinementCtx,
  places: Readonly<Record<string, string>> = {},
): JitChange {
  const parsed = jitChange.safeParse(change)
  if (parsed.success) return parsed.data
  for (const { path, message } of parsed.error.issues) {
    const place = places[path.join('.')] ?? String(path[0] ?? '')
    context.addIssue({ code: 'custom', message, path: [place] })
  }
  return z.NEVER
}
