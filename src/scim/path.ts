import { ScimError } from '../core/errors.ts'
import { checkValueFilter } from './check.ts'
import { type Filter, parseValueFilter } from './filter.ts'
import { advance, peek, readTokens, unexpected } from './filter-tokens.ts'
import { type Attribute, findPath, type ResourceType, schemaOf } from './schema.ts'

/**
 * What a PATCH path leads to (RFC 7644 section 3.5.2, figure 7): all of a schema's attributes, or one attribute, of
 * it the values that a filter picks, of them one sub-attribute. `container` is the URN of an extension.
 */
export type PatchPath =
  | { readonly kind: 'schema'; readonly container: string | undefined }
  | {
      readonly kind: 'attribute'
      readonly container: string | undefined
      readonly attribute: Attribute
      readonly filter: Filter | undefined
      readonly subAttribute: Attribute | undefined
    }

/** Throws invalidPath for a path that is malformed or leads nowhere, invalidFilter for a filter that makes no sense. */
export function parsePath(type: ResourceType, text: string): PatchPath {
  const path = parseKnownPath(type, text)
  if (!path) throw new ScimError('invalidPath', `${type.id} has no attribute ${text.slice(0, 200)}.`)
  return path
}

/** As parsePath, but undefined for a well-formed path to something that the resource type does not have. */
export function parseKnownPath(type: ResourceType, text: string): PatchPath | undefined {
  // Most paths are a name, and cost nothing to read.
  if (/^[A-Za-z]\w*(?:\.[A-Za-z]\w*)?$/.test(text)) return resolve(type, text, undefined, undefined)
  const reader = readTokens(text, 'invalidPath')
  const name = advance(reader)
  if (name.kind !== 'word') throw unexpected(reader, 'an attribute', name)
  let filter: Filter | undefined
  let sub: string | undefined
  if (peek(reader).kind === '[') {
    advance(reader)
    filter = parseValueFilter(reader)
    const token = peek(reader)
    if (token.kind === 'sub-attribute') {
      sub = token.text
      advance(reader)
    }
  }
  if (peek(reader).kind !== 'end') throw unexpected(reader, 'the end of the path')
  return resolve(type, name.text, filter, sub)
}

function resolve(
  type: ResourceType,
  name: string,
  filter: Filter | undefined,
  sub: string | undefined,
): PatchPath | undefined {
  const schema = schemaOf(type, name)
  if (schema) {
    if (filter) throw new ScimError('invalidPath', `${schema.id} is a schema and has no values to pick from.`)
    return { kind: 'schema', container: schema === type.schema ? undefined : schema.id }
  }
  const found = findPath(type, name)
  if (!found) return undefined
  if (!filter) return { kind: 'attribute', ...found, filter }
  if (found.subAttribute)
    throw new ScimError('invalidPath', `${name} is a sub-attribute: a filter stands before the dot.`)
  checkValueFilter([found.attribute], filter)
  const subAttribute = sub === undefined ? undefined : findPath(type, `${name}.${sub}`)?.subAttribute
  if (sub !== undefined && !subAttribute) return undefined
  return { kind: 'attribute', ...found, filter, subAttribute }
}
