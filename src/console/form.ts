import type { z } from 'zod'
import { type FieldError, NotPushed, Problem, ScimError } from '../core/errors.ts'
import { hidden, type Html } from '../html.ts'
import { type AppContext, type FormValues, readForm } from '../http.ts'

/** A form that is shown: what stands in it, and what is wrong with it. */
export type Draft = { readonly values: FormValues; readonly errors: readonly FieldError[] }

export const EMPTY_DRAFT: Draft = { values: {}, errors: [] }

/**
 * What every POST of the console does: reads the form, acts, and goes on by 303 to the address that `act` gives. A form
 * that is refused, by its schema or by the command, is drawn again with what was typed; nothing was changed then. So is
 * one that was `drawnFrom` something else than what is there now: another administrator's change is not undone unawares.
 */
export async function submitForm<S extends z.ZodType>(
  c: AppContext,
  schema: S,
  act: (data: z.output<S>) => Promise<string>,
  redraw: (draft: Draft) => Html | Promise<Html>,
  present?: Changing,
): Promise<Response> {
  const form = await readForm(c, schema)
  if (!form.ok) return c.html(await redraw(form), 422)
  if (present && isOutdated(form.values, present)) {
    return c.html(await redraw({ values: form.values, errors: [{ field: '', message: CHANGED_MEANWHILE }] }), 422)
  }
  try {
    return c.redirect(await act(form.data), 303)
  } catch (error) {
    const errors = refusalOf(error, Object.keys(form.values))
    if (!errors) throw error
    return c.html(await redraw({ values: form.values, errors }), statusOf(error))
  }
}

type Changing = { readonly lastModified: Date }

/** In a form of something that has no version: what it was like when the form was drawn, for `submitForm`. */
export function drawnFrom({ lastModified }: Changing): Html {
  return hidden('drawnFrom', lastModified.getTime())
}

function isOutdated(values: FormValues, { lastModified }: Changing): boolean {
  const drawn = valueOf(values, 'drawnFrom')
  return drawn !== undefined && drawn !== String(lastModified.getTime())
}

function statusOf(error: unknown): 403 | 422 | 502 {
  if (error instanceof NotPushed) return 502
  return (error instanceof ScimError || error instanceof Problem) && error.status === 403 ? 403 : 422
}

/** What a command found wrong, by field; undefined if the form cannot mend it (no such thing, or our own failure). */
function refusalOf(error: unknown, fields: readonly string[]): readonly FieldError[] | undefined {
  if (error instanceof Problem && [400, 403, 409].includes(error.status)) {
    if (error.errors.length === 0) return [{ field: '', message: error.message }]
    return error.errors.map(({ field, message }) => {
      const place = placeOf(field, fields)
      return { field: place, message: place === '' && field !== '' ? `${field}: ${message}` : sentence(message) }
    })
  }
  if (!(error instanceof ScimError)) return undefined
  if (error.status === 412) return [{ field: '', message: CHANGED_MEANWHILE }]
  if ([403, 413].includes(error.status) || error instanceof NotPushed)
    return [{ field: '', message: sentence(error.message) }]
  if (error.status !== 400 && error.status !== 409) return undefined
  // It begins with the path of what is wrong, of which URNs are a part.
  const [, attribute = '', rest = ''] = /^(\S+?):?\s+([^]*)$/.exec(error.message) ?? []
  const place = placeOf(attribute, fields)
  if (place === '') return [{ field: '', message: sentence(error.message) }]
  return [{ field: place, message: error.scimType === 'uniqueness' ? 'This name is taken.' : sentence(rest) }]
}

const CHANGED_MEANWHILE =
  'Somebody else changed this in the meantime. Below is what you typed; send it again to put it in place of theirs.'

/** The field that an attribute's name, or the last part of it, stands for. */
function placeOf(attribute: string, fields: readonly string[]): string {
  return [attribute, attribute.split('.').at(-1) ?? ''].find((name) => fields.includes(name)) ?? ''
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? '' : '.')
}

/** The one value of a field. */
export function valueOf(values: FormValues, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : value?.[0]
}

/** Every value of a field that may be sent several times. */
export function valuesOf(values: FormValues, name: string): readonly string[] {
  const value = values[name]
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
