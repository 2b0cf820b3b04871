import { type Attribute, type ResourceType, schemasOf } from '../schema.ts'

/** The paths that a mapping may read, for suggestions: attributes and their parts, those of extensions by their URN. */
export function sourcePaths(type: ResourceType): string[] {
  const own = schemasOf(type).flatMap((schema) =>
    schema.attributes.flatMap((attribute) => pathsOf(attribute, schema === type.schema ? '' : `${schema.id}:`)),
  )
  return ['externalId', ...own]
}

function pathsOf(attribute: Attribute, prefix: string): string[] {
  if (attribute.returned === 'never') return []
  const path = prefix + attribute.name
  const subs = (attribute.subAttributes ?? []).filter(({ name }) => !name.startsWith('$'))
  if (!attribute.multiValued) return subs.length === 0 ? [path] : subs.map(({ name }) => `${path}.${name}`)
  const [type] = subs.find(({ name }) => name === 'type')?.canonicalValues ?? []
  return [path, ...(type === undefined ? [] : [`${path}[type eq "${type}"].value`])]
}
