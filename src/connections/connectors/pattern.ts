/** The provisioning pattern of WSO2: what the name of an account at Google Workspace or Salesforce is made of. */
import { z } from 'zod'

/** UD user store domain, UN user name, TD tenant domain, IDP the connection. */
const PATTERN_PARTS = ['UD', 'UN', 'TD', 'IDP'] as const
export type PatternPart = (typeof PATTERN_PARTS)[number]

/** The parts of a pattern such as {UD,UN,TD,IDP}, with or without blanks; undefined if it is none. */
export function parsePattern(text: string): readonly PatternPart[] | undefined {
  const [, list = ''] = /^\{([^{}]+)\}$/.exec(text.trim()) ?? []
  const parts = list.split(',').flatMap((one) => PATTERN_PARTS.find((part) => part === one.trim()) ?? [])
  return parts.length > 0 && parts.length === list.split(',').length ? parts : undefined
}

export const patternInput = {
  pattern: z
    .string()
    .trim()
    .refine(
      (text) => parsePattern(text)?.includes('UN'),
      'Give UN and any of UD, TD and IDP in braces: {UD,UN,TD,IDP}.',
    )
    .optional(),
  separator: z
    .string()
    .regex(/^[A-Za-z0-9._+-]{0,10}$/, 'Use letters, digits and . _ + - alone, ten at the most.')
    .optional(),
}
