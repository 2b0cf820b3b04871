import { z } from 'zod'
import type { Scope } from '../platform.ts'
import { type Operation, OPERATIONS } from './operations.ts'

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } },
    },
  },
}

/** The management API of one tenant as an OpenAPI 3.1 document, made from the schemas that check the requests. */
export function openApiDocument(scope: Scope): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'postern management API', version: 'v1', description: `Tenant ${scope.tenant.name}` },
    servers: [{ url: `${scope.issuer}/api/v1` }],
    security: [{ basic: [] }],
    paths,
    components: {
      securitySchemes: { basic: { type: 'http', scheme: 'basic', description: 'An administrator of the tenant' } },
      schemas: { Problem: PROBLEM },
    },
  }
}

function describe(operation: Operation): Record<string, unknown> {
  const answer = operation.answer && { content: json(jsonSchema(operation.answer, 'output')) }
  return {
    summary: operation.summary,
    operationId: operationId(operation),
    parameters: [...pathParameters(operation.path), ...queryParameters(operation.query)],
    ...requestBody(operation),
    responses: {
      [operation.status]: { description: operation.summary, ...answer },
      default: { description: 'What was wrong', content: { 'application/problem+json': { schema: PROBLEM_REF } } },
    },
  }
}

function requestBody({ body, upload }: Operation): Record<string, unknown> {
  if (upload) return { requestBody: { required: true, content: Object.fromEntries(upload.map((type) => [type, {}])) } }
  return body ? { requestBody: { required: true, content: json(jsonSchema(body, 'input')) } } : {}
}

const PROBLEM_REF = { $ref: '#/components/schemas/Problem' }

export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

function json(schema: unknown): Record<string, unknown> {
  return { 'application/json': { schema } }
}

function operationId({ method, path }: Operation): string {
  const words = path.split(/[/{}-]+/).filter((word) => word !== '')
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function pathParameters(path: string): Record<string, unknown>[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(query: z.ZodObject | undefined): Record<string, unknown>[] {
  if (!query) return []
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: jsonSchema(schema as z.ZodType, 'input'),
  }))
}
