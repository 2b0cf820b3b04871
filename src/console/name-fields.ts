import { type Content, errorOf, field, type Html } from '../html.ts'
import { type Draft, valueOf } from './form.ts'

type Named = { readonly name: string; readonly description: string | null }

/** The name of an application, a connection or a connector that is there. */
export function nameField({ name }: Pick<Named, 'name'>, { values, errors }: Draft): Html {
  return field({
    name: 'name',
    label: 'Name',
    required: true,
    maxlength: 100,
    value: valueOf(values, 'name') ?? name,
    error: errorOf(errors, 'name'),
    autocomplete: 'off',
  })
}

export function nameAndDescription(thing: Named, draft: Draft): Content {
  const description = field({
    name: 'description',
    label: 'Description',
    type: 'lines',
    value: valueOf(draft.values, 'description') ?? thing.description ?? '',
    error: errorOf(draft.errors, 'description'),
  })
  return [nameField(thing, draft), description]
}
