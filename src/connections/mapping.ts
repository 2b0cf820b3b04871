/** An attribute mapping, as the management API and the console send it. */
import { z } from 'zod'

const path = z.string().trim().min(1, 'Give a path.').max(400, 'Use at most 400 characters.')
const short = z.string().max(400, 'Use at most 400 characters.')

const transform = z.discriminatedUnion('type', [
  z.object({ type: z.literal('lowerCase') }),
  z.object({ type: z.literal('upperCase') }),
  z.object({ type: z.literal('trim') }),
  z.object({
    type: z.literal('split'),
    separator: short.min(1, 'Give a separator.'),
    index: z.number().int().min(-100).max(100),
  }),
  z.object({ type: z.literal('template'), template: z.string().min(1, 'Give a template.').max(1000) }),
  z.object({
    type: z.literal('map'),
    values: z.record(short, short).refine((values) => Object.keys(values).length <= 500, 'List at most 500 values.'),
    default: short.optional(),
  }),
  z.object({ type: z.literal('join'), separator: short }),
  z.object({ type: z.literal('default'), value: short.min(1, 'Give a value.') }),
])

export const mappingRuleInput = z
  .object({
    target: path,
    source: path.optional(),
    /** Any JSON. */
    constant: z.unknown().optional(),
    transforms: z.array(transform).max(10, 'Use at most 10 transforms.').optional(),
    on: z.enum(['always', 'create']).optional(),
  })
  .refine(({ source, constant }) => source === undefined || constant === undefined, {
    error: 'Give a source or a constant, not both.',
    path: ['constant'],
  })
  .refine(({ constant }) => constant === undefined || JSON.stringify(constant).length <= 4000, {
    error: 'Use at most 4,000 characters.',
    path: ['constant'],
  })

/** What the paths lead to, a tenant decides (scim/mapping/map.ts: checkRule). */
export const mappingInput = z.object({
  base: z.enum(['all', 'none']).default('all'),
  rules: z.array(mappingRuleInput).max(200, 'Use at most 200 rules.'),
})
export type MappingInput = z.output<typeof mappingInput>
