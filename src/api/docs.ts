import { html } from 'hono/html'
import { type Content, type Html } from '../html.ts'
import { documentPage } from '../html/document.ts'
import { badge } from '../html/parts.ts'
import type { Scope } from '../platform.ts'
import { jsonSchema } from './openapi.ts'
import { type Operation, OPERATIONS } from './operations.ts'

/** The management API for a reader: every call, with the schema of what it takes and gives. */
export function docsPage(scope: Scope): Html {
  const base = `${scope.issuer}/api/v1`
  return documentPage({
    title: 'Management API',
    site: scope.tenant.name,
    kind: 'docs',
    body: html`<main class="page">
      <div class="title">
        <div>
          <h1>Management API</h1>
          <p class="lead">
            JSON over HTTPS at <code>${base}</code>, with Basic as an administrator of this tenant. A refusal is
            problem+json (RFC 9457) and names each wrong field. The same as
            <a href="${scope.base}/api/v1/openapi.json">an OpenAPI document</a>.
          </p>
        </div>
      </div>
      <pre class="panel"><code>curl -u admin ${base}/connections</code></pre>
      ${OPERATIONS.map(operationPanel)}
    </main>`,
  })
}

function operationPanel(operation: Operation): Html {
  return html`<section class="panel">
    <header>
      <h2>${operation.summary}</h2>
      <p>${badge(operation.method.toUpperCase(), 'note')} <code>${operation.path}</code></p>
    </header>
    ${operation.query ? schemaDetails('Query', jsonSchema(operation.query, 'input')) : ''}
    ${operation.body ? schemaDetails('Takes', jsonSchema(operation.body, 'input')) : ''}
    ${operation.answer ? schemaDetails(`Answers ${operation.status} with`, jsonSchema(operation.answer, 'output')) : html`<p class="help">Answers ${operation.status}.</p>`}
  </section>`
}

function schemaDetails(label: string, schema: Record<string, unknown>): Content {
  return html`<details class="more">
    <summary>${label}</summary>
    <pre><code>${JSON.stringify(schema, null, 2)}</code></pre>
  </details>`
}
