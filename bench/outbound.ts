/** What a user costs who is made and provisioned to a target, beside the bare request to it. */
import { createServer } from 'node:http'
import { createUser } from '../src/directory/users/creation/commands.ts'
import { deliverDue } from '../src/outbound/consumer.ts'
import { testWorld } from '../test/support/app.ts'
import { measure } from './measure.ts'
import { report } from './report.ts'
import { temporaryFile } from './world.ts'

export async function run(): Promise<void> {
  const target = await startTarget()
  const world = await testWorld({ url: `file:${temporaryFile()}`, env: { LOG_LEVEL: 'silent' } })
  const scope = await world.scope()
  await connect(world, target.url)
  let i = 0
  const push = async () => {
    await createUser(scope, { schemas: [], userName: `pushed${i++}` }, { source: 'scim' })
    await deliverDue(world.platform)
  }
  const post = async () => {
    const body = JSON.stringify({ userName: `posted${i++}` })
    const response = await fetch(`${target.url}/Users`, { method: 'POST', body })
    return response.text()
  }
  const beside = { name: 'one POST to the target', run: post }
  const line = await measure({ name: 'a user made and pushed', run: push, beside })
  if (target.received() < i) throw new Error(`the target got ${target.received()} of ${i} requests`)
  target.close()
  world.platform.db.$client.close()
  report('outbound', 'a user made and provisioned to a target', [line])
}

/** Everybody is provisioned to the target. */
async function connect(world: Awaited<ReturnType<typeof testWorld>>, url: string): Promise<void> {
  const tenant = await world.tenant()
  const connector = {
    type: 'scim2',
    name: 'SCIM2',
    enabled: true,
    authentication: { mode: 'bearer', token: 'secret' },
    userEndpoint: `${url}/Users`,
  }
  const connection = await tenant.api('POST', '/connections', { name: 'target', outbound: { connectors: [connector] } })
  const { id } = (await connection.json()) as { id: string }
  await tenant.api('PUT', '/resident-application', { outboundProvisioning: [{ connection: id, connector: 'SCIM2' }] })
}

async function startTarget() {
  let received = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(201, { 'Content-Type': 'application/scim+json' })
      response.end(JSON.stringify({ id: `remote${received++}` }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}`, received: () => received, close: () => server.close() }
}
