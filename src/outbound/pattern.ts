/** The name of an account at Google Workspace or Salesforce, put together as WSO2 does (provisioning patterns). Pure. */
import { parsePattern, type PatternPart } from '../connections/connectors/pattern.ts'
import type { NamePattern } from '../db/schema.ts'

export type NameFacts = {
  readonly userName: string
  /** Of the tenant; '' is the default one. */
  readonly slug: string
  readonly connection: string
}

/** What WSO2 calls the default tenant. */
const DEFAULT_TENANT_DOMAIN = 'carbon.super'
const DEFAULT_SEPARATOR = '_'

/**
 * The parts in lower case with the separator between them. The separator is taken out of every part but the user name,
 * so that the name says where one part ends. Without a pattern it is the user name.
 */
export function nameByPattern({ userName, slug, connection }: NameFacts, { pattern, separator }: NamePattern): string {
  const between = separator ?? DEFAULT_SEPARATOR
  const slash = userName.indexOf('/')
  const clean = (part: string) => (between === '' ? part : part.replaceAll(between, '')).replaceAll(/\s/g, '')
  const values: Readonly<Record<PatternPart, string>> = {
    UD: clean(slash > 0 ? userName.slice(0, slash) : 'PRIMARY'),
    UN: slash > 0 ? userName.slice(slash + 1) : userName,
    TD: clean(slug === '' ? DEFAULT_TENANT_DOMAIN : slug),
    IDP: clean(connection),
  }
  const parts = (pattern === undefined ? undefined : parsePattern(pattern)) ?? ['UN']
  return parts
    .map((part) => values[part])
    .join(between)
    .toLowerCase()
}

/** An address in the domain: what has another one gets it behind its own (kim@example.org: kim.example.org@domain). */
export function inDomain(name: string, domain: string): string {
  const behind = `@${domain.toLowerCase()}`
  const lower = name.toLowerCase()
  return lower.endsWith(behind) ? lower : lower.replaceAll('@', '.') + behind
}
