/** A fixture: what one client sends, one request behind the other, and what it needs to be answered. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Json } from './json.ts'

/** The folders of test/fixtures, each with the client whose requests are in it. */
export const CLIENTS: Readonly<Record<string, string>> = {
  entra: 'Entra ID',
  google: 'Google Workspace',
  jumpcloud: 'JumpCloud',
  okta: 'Okta',
  onelogin: 'OneLogin',
  ping: 'Ping',
  sailpoint: 'SailPoint',
}

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))

const json: z.ZodType<Json> = z.json()
/** Under which the body of an answer is known to what comes later: `{{create.id}}`. */
const name = z.string().regex(/^[a-z][a-zA-Z0-9]*$/)
const path = z.string().startsWith('/')
const headers = z.record(z.string(), z.string())

const answer = z.strictObject({
  status: z.int().min(200).max(499),
  headers: headers.optional(),
  /** What must be in the body; see differences. */
  body: json.optional(),
  /** Paths of what must not be in the body. */
  absent: z.array(z.string()).optional(),
})

const exchange = z.strictObject({
  as: name.optional(),
  request: z.strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    /** Behind /scim2, and as the client writes it: `+` or `%20`, `?` or `&` at the end. */
    path,
    headers: headers.optional(),
    /** A text is sent as it is. */
    body: json.optional(),
  }),
  answer,
  /** What a look at the directory shows afterwards. */
  then: z.array(z.strictObject({ path, ...answer.shape, status: answer.shape.status.default(200) })).optional(),
})

export const scenario = z.strictObject({
  client: z.string(),
  /** A fact about the service. */
  title: z.string().min(10),
  /** The documents, recordings or issues in which the requests are to be seen. */
  source: z.string().min(3),
  /** Of every request; Content-Type only of those with a body. */
  headers,
  credential: z.enum(['lenient token', 'strict token']).default('lenient token'),
  /** Attributes that the tenant has of its own (POST /api/v1/user-attributes). */
  attributes: z.array(z.record(z.string(), json)).default([]),
  /** What is there before the client comes, beside the administrator. */
  before: z
    .array(z.strictObject({ as: name, type: z.enum(['Users', 'Groups']), resource: z.record(z.string(), json) }))
    .default([]),
  exchanges: z.array(exchange).min(1),
})
export type Scenario = z.infer<typeof scenario>
export type Exchange = Scenario['exchanges'][number]
export type Answer = z.infer<typeof answer>

export type Fixture = { readonly folder: string; readonly path: string; readonly content: unknown }

/** Every file in the folders of the clients; a folder that is not there has none. */
export function readFixtures(): Fixture[] {
  const present = readdirSync(FIXTURES)
  return Object.keys(CLIENTS)
    .filter((folder) => present.includes(folder))
    .flatMap((folder) =>
      readdirSync(join(FIXTURES, folder))
        .filter((file) => file.endsWith('.json'))
        .toSorted()
        .map((file) => {
          const content: unknown = JSON.parse(readFileSync(join(FIXTURES, folder, file), 'utf8'))
          return { folder, path: `${folder}/${file}`, content }
        }),
    )
}
