/** What the tutorial sets up by hand, through the management API and SCIM. */

export type World = { readonly is1: string; readonly is2: string; readonly callback: string }
export type Configured = { readonly clientId: string; readonly clientSecret: string; readonly words: readonly string[] }

const PERSON = { userName: 'kim', password: 'MyPa33w@rd' }

export async function configure({ is1, is2, callback }: World): Promise<Configured> {
  await provisionOutbound(is1, is2)
  await federate(is1, is2)
  const idp = await idOfConnection(is1, 'IDP-IS2')
  const playground2 = await call('POST', `${is1}/api/v1/applications`, {
    name: 'playground2',
    redirectUris: [callback],
    loginFlow: { steps: [{ options: ['password', { connection: idp }] }] },
  })
  await addPerson(is2)
  return {
    clientId: text(playground2.clientId),
    clientSecret: text(playground2.clientSecret),
    words: [
      'IS1 provisions every user and group to IS2 (connection SCIM-IDP).',
      'playground2 signs people in at IS1, with "Sign In With IDP-IS2" for the people of IS2.',
      `${PERSON.userName} / ${PERSON.password} is a user of IS2: sign in with her there, and she appears in IS1.`,
    ],
  }
}

/** IS1 pushes to IS2: connection, connector, and a provisioner of the resident application. */
async function provisionOutbound(is1: string, is2: string): Promise<void> {
  const connector = {
    type: 'scim2',
    name: 'SCIM2',
    enabled: true,
    authentication: { mode: 'basic', username: 'admin', password: 'admin' },
    userEndpoint: `${is2}/scim2/Users`,
    groupEndpoint: `${is2}/scim2/Groups`,
    userStoreDomain: 'PRIMARY',
    passwordProvisioning: true,
  }
  const { id } = await call('POST', `${is1}/api/v1/connections`, {
    name: 'SCIM-IDP',
    outbound: { connectors: [connector] },
  })
  const provisioner = { connection: id, connector: connector.name }
  await call('PUT', `${is1}/api/v1/resident-application`, { outboundProvisioning: [provisioner] })
}

/** IS1 is an application of IS2, and IS2 a way to sign in at IS1. */
async function federate(is1: string, is2: string): Promise<void> {
  const application = await call('POST', `${is2}/api/v1/applications`, {
    name: 'SP-IS2',
    template: 'traditional-web-application',
    redirectUris: [`${is1}/commonauth`],
  })
  await call('POST', `${is1}/api/v1/connections`, {
    name: 'IDP-IS2',
    authenticator: {
      type: 'oidc',
      clientId: application.clientId,
      clientSecret: application.clientSecret,
      authorizationEndpoint: `${is2}/oauth2/authorize`,
      tokenEndpoint: `${is2}/oauth2/token`,
    },
    jit: { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' },
  })
}

async function addPerson(is2: string): Promise<void> {
  await call('POST', `${is2}/scim2/Users`, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    ...PERSON,
    name: { givenName: 'Kim', familyName: 'Berry' },
    emails: [{ value: 'kim@wso2.com', primary: true }],
  })
}

async function idOfConnection(server: string, name: string): Promise<string> {
  const { items } = await call('GET', `${server}/api/v1/connections`)
  const found = Array.isArray(items) ? items.find((item: { name?: unknown }) => item.name === name) : undefined
  return text(found?.id)
}

async function call(method: string, url: string, body?: unknown): Promise<Record<string, unknown>> {
  const headers = { Authorization: `Basic ${btoa('admin:admin')}`, 'Content-Type': 'application/json' }
  const response = await fetch(
    url,
    body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) },
  )
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${JSON.stringify(answer)}`)
  return answer
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error('an answer lacks what it should have')
  return value
}
