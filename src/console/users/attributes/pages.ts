import { html } from 'hono/html'
import type { FieldError } from '../../../core/errors.ts'
import type { UserRow } from '../../../directory/users/queries.ts'
import { button, type Content, errorSummary, hidden, type Html, tokenField } from '../../../html.ts'
import { emptyState, facts, panel } from '../../../html/parts.ts'
import type { ResourceType } from '../../../scim/schema.ts'
import { CUSTOM_USER_URN } from '../../../scim/schemas/custom.ts'
import type { FormValues } from '../../../http.ts'
import type { Draft } from '../../form.ts'
import type { View } from '../../frame.ts'
import { type Shown, userPage, userPath } from '../user-pages.ts'
import { touched } from './edit.ts'
import {
  type Fields,
  fieldsOf,
  isAt,
  isTooLarge,
  type Place,
  placesOf,
  printsIn,
  printsOf,
  textsOf,
  valueAt,
} from './fields.ts'
import { attributeInput, type Filled, isWide } from './inputs.ts'
import { labelOfAttribute, labelOfField } from './labels.ts'
import { valueInWords } from './words.ts'

type Section = { readonly title: string; readonly lead?: string; readonly holds: (place: Place) => boolean }

const CONTACT = ['emails', 'phoneNumbers', 'ims', 'photos', 'addresses']
const ACCESS = ['entitlements', 'x509Certificates']

/** An attribute stands in the first section that holds it. */
const SECTIONS: readonly Section[] = [
  { title: 'Contact', holds: ({ path }) => CONTACT.includes(path) },
  { title: 'Access', holds: ({ path }) => ACCESS.includes(path) },
  { title: 'Profile', holds: ({ container }) => container === undefined },
  {
    title: 'Custom attributes',
    lead: 'What this organization knows of its users besides.',
    holds: ({ container }) => container === CUSTOM_USER_URN,
  },
  { title: 'Work', lead: 'The enterprise extension of SCIM.', holds: () => true },
]
const ORDER = ['Profile', 'Contact', 'Work', 'Custom attributes', 'Access']

export type UserAttributes = { readonly user: UserRow; readonly type: ResourceType }

export function attributesPage(view: View, shown: Shown, type: ResourceType, draft: Draft): Html {
  const { user } = shown
  return userPage(
    view,
    shown,
    'attributes',
    shown.isChangeable
      ? [errorSummary(named(draft.errors, type)), attributesForm(view, { user, type }, draft)]
      : readOnly({ user, type }),
  )
}

/** In a form as long as this one, a message says which field it means. */
function named(errors: readonly FieldError[], type: ResourceType): FieldError[] {
  const places = placesOf(type)
  return errors.map(({ field, message }) => ({
    field,
    message: field === '' ? message : `${labelOfField(places, field)}: ${message}`,
  }))
}

/** Nobody deactivates herself, here or on the first tab. */
export function placesFor(view: View, { user, type }: UserAttributes): Place[] {
  const isSelf = view.administrator.id === user.id
  return placesOf(type).filter(({ path }) => !(isSelf && path === 'active'))
}

function attributesForm(view: View, attributes: UserAttributes, draft: Draft): Html {
  const { user } = attributes
  const places = placesFor(view, attributes)
  const fields = fieldsOf(places, user.document)
  const filled = { fields: withTyped(places, fields, draft.values), errors: draft.errors }
  const paths = places.map(({ path }) => path)
  return html`<form method="post" action="${userPath(view, user)}/attributes" class="sections">
    ${tokenField(view.formToken)} ${hidden('version', user.version)} ${hidden('shown', printsOf(fields, paths))}
    ${sectionsOf(places).map(([section, inside]) =>
      panel(
        { title: section.title, ...(section.lead === undefined ? {} : { lead: section.lead }) },
        inputsOf(filled, attributes, inside),
      ),
    )}
    <div class="send">${button({ label: 'Update', kind: 'primary' })}</div>
  </form>`
}

/**
 * What a refused form shows: what was typed, where that is something else than was shown before; the rest as it is now,
 * since somebody else may have changed it meanwhile.
 */
function withTyped(places: readonly Place[], fields: Fields, values: FormValues): Fields {
  const typed = textsOf(values)
  const changed = touched(places, typed, printsIn(values.shown))
  const isChanged = (name: string) => changed.some(({ path }) => isAt(name, path))
  const kept = Object.entries(fields).filter(([name]) => !isChanged(name))
  return Object.fromEntries([...kept, ...Object.entries(typed).filter(([name]) => isChanged(name))])
}

function sectionsOf(places: readonly Place[]): (readonly [Section, readonly Place[]])[] {
  const bySection = Map.groupBy(places, (place) => SECTIONS.find((section) => section.holds(place)))
  return ORDER.flatMap((title) => {
    const section = SECTIONS.find((one) => one.title === title)
    const inside = bySection.get(section) ?? []
    return section && inside.length > 0 ? [[section, inside] as const] : []
  })
}

function inputsOf(filled: Filled, { user }: UserAttributes, places: readonly Place[]): Content {
  const inputs = (some: readonly Place[]) =>
    some.map((place) => attributeInput(filled, place, valueAt(user.document, place)))
  const [narrow, wide] = [places.filter((one) => !isWide(one)), places.filter(isWide)]
  return [narrow.length > 0 ? html`<div class="columns">${inputs(narrow)}</div>` : '', inputs(wide)]
}

function readOnly({ user, type }: UserAttributes): Content {
  const set = placesOf(type).filter((place) => valueAt(user.document, place) !== undefined)
  if (set.length === 0) return panel({}, emptyState('No attributes', 'Nothing is known of this user.'))
  return sectionsOf(set).map(([{ title }, places]) =>
    panel(
      { title },
      facts(
        places.map((place) => {
          const value = valueAt(user.document, place) ?? null
          const words = isTooLarge(value)
            ? 'Too long to be shown here.'
            : valueInWords(place.attribute, place.path, value)
          return [labelOfAttribute(place.attribute, place.path), words] as const
        }),
      ),
    ),
  )
}
