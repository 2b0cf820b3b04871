/** Filters as real clients send them, in the words of RFC 7644 (see lenient.ts): one line each, with the vendor's name. */
import { type Filter, parseFilter } from './filter.ts'
import { comparedAttribute, findPath, namedIn, type ResourceType } from './schema.ts'

/** A boolean in quotes, a string, or a value without quotes behind its operator. */
const PIECE =
  /\b(primary|active)(\s+eq\s+)"(true|false)"|"(?:[^"\\]|\\.)*"|([\w$:.-]+)(\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+)([^\s"()[\]]+)/gi

/** The filter that is meant. Throws invalidFilter. */
export function parseLenientFilter(types: readonly ResourceType[], text: string): Filter {
  return withUrns(types, parseFilter(normalizeFilter(text, types)))
}

/** The text of a filter, or of a path with one. */
export function normalizeFilter(text: string, types: readonly ResourceType[] = []): string {
  return text.replace(PIECE, (piece: string, ...groups: (string | undefined)[]) => {
    const [name, equals, word, path = '', operator, value = ''] = groups
    // Entra ID asks for roles[primary eq "True"].
    if (name) return `${name}${equals}${word}`
    // Entra ID's documents have externalId eq jyoung.
    const isText = !isLiteral(value) || types.some((type) => isOfText(type, path))
    return operator && isText && !/^null$/i.test(value) ? `${path}${operator}${JSON.stringify(value)}` : piece
  })
}

/** Whether what stands at a path is text: of externalId eq 12345 the number is some. */
function isOfText(type: ResourceType, path: string): boolean {
  const found = findPath(type, path)
  const compared = found && comparedAttribute(found.subAttribute ?? found.attribute)
  return compared?.type === 'string' || compared?.type === 'reference' || compared?.type === 'binary'
}

function isLiteral(value: string): boolean {
  return /^(?:true|false|null|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i.test(value)
}

/** Entra ID asks for the manager of a user without the URN of the extension that it is in. */
function withUrns(types: readonly ResourceType[], filter: Filter): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map((one) => withUrns(types, one)) }
    case 'not':
      return { ...filter, filter: withUrns(types, filter.filter) }
    default:
      return { ...filter, path: withUrn(types, filter.path) }
  }
}

function withUrn(types: readonly ResourceType[], path: string): string {
  if (types.some((type) => findPath(type, path))) return path
  const [name = ''] = path.split('.')
  const schemas = types.flatMap((type) => type.extensions.map(({ schema }) => schema))
  const found = schemas.find(({ attributes }) => namedIn(attributes, name))
  return found ? `${found.id}:${path}` : path
}
