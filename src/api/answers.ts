/** Rows as the management API shows them: never a secret, and nothing that is not set. Pure. */
import type { z } from 'zod'
import type { ApplicationRow, Provisioner } from '../applications/queries.ts'
import { hasFormerSecret } from '../applications/secrets/check.ts'
import { isScim2 } from '../connections/connectors/types.ts'
import type { ConnectionRow, ConnectorRow } from '../connections/queries.ts'
import type { applicationAnswer, connectionAnswer, ConnectorAnswer, residentAnswer } from './schemas.ts'

export function toApplication(
  row: ApplicationRow,
  provisioners: readonly Provisioner[],
  now: Date,
): z.input<typeof applicationAnswer> {
  const ends = hasFormerSecret(row, now) ? row.formerSecretExpiresAt?.toISOString() : undefined
  return {
    id: row.id,
    name: row.name,
    ...(row.description === null ? {} : { description: row.description }),
    template: row.template,
    clientId: row.clientId,
    redirectUris: row.redirectUris,
    grantTypes: row.grantTypes,
    tokenEndpointAuthMethod: row.tokenEndpointAuthMethod,
    ...(ends === undefined ? {} : { formerSecretExpiresAt: ends }),
    loginFlow: row.loginFlow,
    permissions: row.permissions,
    clientMetadata: row.clientMetadata,
    ...toProvisioning(provisioners),
    created: row.created.toISOString(),
    lastModified: row.lastModified.toISOString(),
  }
}

export function toProvisioning(provisioners: readonly Provisioner[]): z.input<typeof residentAnswer> {
  return {
    outboundProvisioning: provisioners.map(({ connectionId, connector, blocking, jit }) => ({
      connection: connectionId,
      connector,
      blocking,
      jit,
    })),
  }
}

export function toConnection(
  row: ConnectionRow,
  connectors: readonly ConnectorRow[],
  domains: readonly string[],
): z.input<typeof connectionAnswer> {
  return {
    id: row.id,
    name: row.name,
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.authenticator === null ? {} : { authenticator: { ...row.authenticator } }),
    ...(row.publicKey === null ? {} : { publicKey: row.publicKey }),
    domains: [...domains],
    jit: { ...row.jit, mapping: row.jit.mapping?.map((rule) => ({ ...rule })) },
    outbound: { connectors: connectors.map(toConnector), roles: row.outboundRoles, groups: row.outboundGroups },
    created: row.created.toISOString(),
    lastModified: row.lastModified.toISOString(),
  }
}

function toConnector({ id, name, enabled, settings, passwordProvisioning }: ConnectorRow): ConnectorAnswer {
  const shared = { id, name, enabled, passwordProvisioning }
  return isScim2(settings) ? { ...shared, ...settings, type: 'scim2' } : { ...shared, ...settings }
}
