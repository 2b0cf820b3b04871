/**
 * The model test with a server that is a process of its own and gets SIGKILL in the worst moments: nothing that was
 * answered is lost, and in the end the target has what it should, each once. A seed that fails is in the test's name;
 * SOAK_SEEDS=1000 tries as many (npm run soak).
 */
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { newRandom, type Random } from '../directory/oracle/random.ts'
import { provision } from '../flows/provisioning.ts'
import { type FakeTarget, fakeTarget, type Json } from '../support/fake-target.ts'
import { call } from '../support/http.ts'
import { freePort, type Postern, startPostern, temporaryDirectory, until } from '../support/processes.ts'
import {
  apply,
  type Change,
  FAULTS,
  groupsAt,
  groupsOf,
  type Model,
  type ModelUser,
  newModel,
  nextChange,
  usersAt,
  usersOf,
} from './model.ts'

const SEEDS = Number(process.env.SOAK_SEEDS ?? 2)
const KILLS = 6
const STEPS = 8
/** Longer than the lease of a process that died. */
const AFTER_LEASE_MS = 31_000
const DAY_MS = 24 * 3_600_000
const MOVED_CLOCK = pathToFileURL(join(import.meta.dirname, '../support/moved-clock.ts')).href

/** The server, each time with its clock further ahead. */
class KillableServer {
  readonly #options = { port: 0, dataDir: temporaryDirectory() }
  #running: Postern | undefined
  #offset = 0

  get baseUrl(): string {
    return this.#running?.baseUrl ?? ''
  }

  async start(laterMs: number): Promise<void> {
    this.#offset += laterMs
    this.#options.port ||= await freePort()
    const env = { TLS: 'off', NODE_OPTIONS: `--import ${MOVED_CLOCK}`, CLOCK_OFFSET_MS: String(this.#offset) }
    this.#running = await startPostern({ ...this.#options, env })
  }

  signal(): void {
    this.#running?.signal('SIGKILL')
  }

  async kill(): Promise<void> {
    await this.#running?.kill()
  }
}

/** When the server dies: as a change is asked for, as it is answered, or as the target is in the middle of a request. */
type Moment = { readonly kind: 'asked' | 'answered' | 'sent' | 'done'; left: number }
type World = {
  readonly server: KillableServer
  readonly target: FakeTarget
  readonly random: Random
  readonly model: Model
}

test.each(Array.from({ length: SEEDS }, (_, i) => [i + 1, i % 2 === 0 ? 'PATCH' : 'PUT'] as const))(
  'seed %i, a target with %s: a server that is killed again and again loses nothing, and nothing is there twice',
  { timeout: 180_000 },
  async (seed, method) => {
    const random = newRandom(seed * 104_729)
    const [server, target, model] = [new KillableServer(), await fakeTarget(), newModel()]
    onTestFinished(async () => void (await Promise.all([server.kill(), target.down()])))
    // What is created twice stays there twice.
    target.isUnique = false
    target.saysPatch = method === 'PATCH'
    target.takes = new Set(['PUT', 'PATCH'])
    await server.start(0)
    await provision(server.baseUrl, target.endpoints)
    for (let round = 0; round < KILLS; round++) {
      const moment = { kind: random.pick(['asked', 'answered', 'sent', 'done'] as const), left: random.below(STEPS) }
      const inDoubt = await changeUntilKilled({ server, target, random, model }, moment)
      await server.kill()
      target.fault = () => undefined
      await server.start(random.chance(30) ? DAY_MS : AFTER_LEASE_MS)
      await compareDirectory(server.baseUrl, model, inDoubt)
    }
    await settle(server)
    expect(usersAt(target)).toEqual(usersOf(model))
    expect(groupsAt(target)).toEqual(groupsOf(model))
  },
)

/** Answers the change of which nobody knows whether it was made, if there is one. */
async function changeUntilKilled({ server, target, random, model }: World, moment: Moment) {
  let isDead = false
  const die = () => {
    isDead = true
    server.signal()
  }
  const isTime = (...kinds: Moment['kind'][]) => !isDead && kinds.includes(moment.kind) && moment.left-- <= 0
  // A row of numbers of its own: how many requests there are is not the seed's to say.
  const faults = newRandom(random.below(2 ** 31))
  target.fault = ({ path }) => {
    if (!path.startsWith('/scim/')) return undefined
    if (isTime('sent', 'done')) {
      die()
      return { kind: moment.kind === 'sent' ? 'silence' : 'lost' }
    }
    return faults.below(4) === 0 ? faults.pick(FAULTS.slice(1)) : undefined
  }
  for (let step = 0; step < STEPS && !isDead; step++) {
    const change = nextChange(random, model)
    if (!change) continue
    const making = make(server.baseUrl, change)
    if (isTime('asked')) {
      // Somewhere between its arrival and its answer.
      for (let turn = random.below(60); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve))
      die()
    }
    try {
      apply(model, change, await making)
    } catch (error) {
      if (isDead) return change
      throw error
    }
    if (isTime('answered')) die()
  }
  return undefined
}

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** Asks for a change over SCIM; answers the id of what is new. */
async function make(baseUrl: string, change: Change): Promise<string> {
  const scim = async (method: string, path: string, body?: Json) => {
    const { status, json } = await call(method, `${baseUrl}/scim2${path}`, body)
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`)
    return String(json.id ?? '')
  }
  const patch = (path: string, operation: Json) =>
    scim('PATCH', path, { schemas: [PATCH_OP], Operations: [{ op: 'replace', ...operation }] })
  const membersOf = (ids: readonly string[]) => ids.map((value) => ({ value }))
  switch (change.kind) {
    case 'createUser':
      return scim('POST', '/Users', { ...change.user })
    case 'updateUser':
      return patch(`/Users/${change.id}`, { value: change.change })
    case 'removeUser':
      return scim('DELETE', `/Users/${change.id}`)
    case 'createGroup':
      return scim('POST', '/Groups', { ...change.group, members: membersOf(change.group.members) })
    case 'changeMembers':
      return patch(`/Groups/${change.id}`, { path: 'members', value: membersOf(change.members) })
    case 'removeGroup':
      return scim('DELETE', `/Groups/${change.id}`)
  }
}

/** The directory is as it was answered; the change in doubt was made, or was not, and the model learns which. */
async function compareDirectory(baseUrl: string, model: Model, inDoubt: Change | undefined): Promise<void> {
  const present = await readDirectory(baseUrl)
  const text = (one: Model) => JSON.stringify([usersOf(one), groupsOf(one)])
  if (inDoubt) {
    const made = { ...structuredClone({ users: model.users, groups: model.groups }), count: model.count }
    apply(made, inDoubt, newIdOf(inDoubt, present))
    if (text(made) === text(present)) apply(model, inDoubt, newIdOf(inDoubt, present))
  }
  expect(usersOf(present)).toEqual(usersOf(model))
  expect(groupsOf(present)).toEqual(groupsOf(model))
}

function newIdOf(change: Change, { users, groups }: Model): string {
  const byName =
    change.kind === 'createUser'
      ? [...users].find(([, { userName }]) => userName === change.user.userName)
      : [...groups].find(
          ([, { displayName }]) => change.kind === 'createGroup' && displayName === change.group.displayName,
        )
  return byName?.[0] ?? ''
}

async function readDirectory(baseUrl: string): Promise<Model> {
  const list = async (type: string) =>
    (await call('GET', `${baseUrl}/scim2/${type}?count=1000`)).json.Resources as Json[]
  const users = (await list('Users')).filter(({ userName }) => userName !== 'admin')
  const groups = await list('Groups')
  return {
    users: new Map(
      users.map(({ id, userName, title, active }) => [id, { userName, title, active }] as [string, ModelUser]),
    ),
    groups: new Map(
      groups.map(({ id, displayName, members = [] }) => [
        String(id),
        {
          displayName: String(displayName),
          members: new Set((members as { value: string }[]).map(({ value }) => value)),
        },
      ]),
    ),
    count: 0,
  }
}

/** Until nothing waits. What failed waits for its time, which a start at a later day brings. */
async function settle(server: KillableServer): Promise<void> {
  const states = ['pending', 'retrying', 'blocked', 'dead']
  const isSettled = async () => {
    const lists = await Promise.all(
      states.map((state) => call('GET', `${server.baseUrl}/api/v1/provisioning/deliveries?state=${state}`)),
    )
    return lists.every(({ json }) => (json.items as unknown[]).length === 0) ? true : undefined
  }
  for (let start = 0; start < 10; start++) {
    if (await until(isSettled, 3000, () => '').catch(() => false)) return
    await server.kill()
    await server.start(DAY_MS)
  }
}
