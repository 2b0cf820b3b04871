/** Starts and ends the app on a machine of one's own: what Node and Deno share. */
import { mkdirSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { createApp } from '../app.ts'
import { type Config, parseConfig } from '../config.ts'
import { createSealer } from '../core/crypto.ts'
import { unreachable } from '../core/errors.ts'
import { createLog } from '../core/log.ts'
import { migrate } from '../db/migrate.ts'
import type { Scrypt } from '../core/password.ts'
import type { Db } from '../db/open.ts'
import { seedEmptyDatabase } from '../directory/setup/commands.ts'
import { upgradeDirectory } from '../directory/setup/upgrade/commands.ts'
import { pushAhead } from '../outbound/ahead/push.ts'
import { deliverDue } from '../outbound/consumer.ts'
import type { GuardedFetch, Platform } from '../platform.ts'
import { boundedScrypt } from './hashing.ts'
import { parseArguments } from './arguments.ts'
import { type Listener, listenOn, type Listen, type Place, type RequestHandler, type Tls } from './listen.ts'
import { openLocalCertificate } from './local-ca.ts'
import { mailByHttp, mailByNobody, mailByPrint, type SendMail } from './mail.ts'
import { mailBySmtp } from './mail-smtp.ts'
import { readMasterKey } from './master-key.ts'
import { type Poller, startPoller } from './poller.ts'
import { openDatabase } from './open-database.ts'
import { demandSameMasterKey } from './same-master-key.ts'
import { oneLine, StartError } from './start-error.ts'
import { welcome } from './welcome.ts'

/** What the runtimes do differently. */
export type Runtime = {
  readonly listen: Listen
  createFetch(allow: readonly string[], extraCa: readonly string[]): GuardedFetch
  /** Undefined where no setting asks for certificates. Throws ConfigError if this runtime has none to give. */
  certificateFinder(config: Config): Platform['clientCertificate']
  /** Absent: what node:crypto has. */
  readonly scrypt?: Scrypt
}

/** Runs the command of process.argv: serve (no word) or migrate. A failure to start is one line and exit code 1. */
export async function run(runtime: Runtime): Promise<void> {
  // The files that it makes hold keys, hashes and mail addresses.
  process.umask(0o077)
  try {
    const { command, env } = parseArguments(process.argv.slice(2), process.env)
    const config = parseConfig(env)
    if (command === 'migrate') await migrateOnly(config)
    else await serve(config, runtime)
  } catch (error) {
    process.stderr.write(`postern: ${oneLine(error)}\n`)
    process.exit(1)
  }
}

async function migrateOnly(config: Config): Promise<void> {
  makeDataDirectory(config.dataDir)
  const db = await openMigrated(config)
  db.$client.close()
  process.stdout.write(`${nameOf(config.databaseUrl)} has the tables of this version\n`)
}

async function serve(config: Config, runtime: Runtime): Promise<void> {
  makeDataDirectory(config.dataDir)
  const masterKey = readSetting('MASTER_KEY', () => readMasterKey(config.masterKey, config.dataDir))
  const tls = await openTls(config)
  // The port is taken first: a start that finds it in use must not have made an administrator whom nobody was told of.
  const { promise, resolve } = Promise.withResolvers<RequestHandler>()
  let handle: RequestHandler = async (request, bindings) => (await promise)(request, bindings)
  const clientCertificate = runtime.certificateFinder(config)
  const secure = { tls, ...askedCertificates(config) }
  const listeners = await listenOn(runtime.listen, config, secure, (request, bindings) => handle(request, bindings))

  const db = await openMigrated(config)
  const fetch = runtime.createFetch(config.outboundAllow, tls?.ca ? [tls.ca] : [])
  let poller: Poller | undefined
  const platform: Platform = {
    config,
    db,
    fetch,
    mail: openMail(config, fetch),
    sealer: createSealer(masterKey),
    scrypt: boundedScrypt(runtime.scrypt),
    log: createLog(config.logLevel, (line) => process.stderr.write(`${line}\n`)),
    now: () => new Date(),
    pushAhead,
    ...(clientCertificate ? { clientCertificate } : {}),
    wake: async () => poller?.wake(),
  }
  const admin = await seedEmptyDatabase(platform, config.admin)
  await demandSameMasterKey(platform)
  const app = createApp(platform)
  handle = async (request, bindings) => app.fetch(request, bindings)
  resolve(handle)
  poller = startPoller(
    (ending) => deliverDue(platform, ending),
    platform.now,
    (error) => platform.log.error('outbound delivery failed', { error }),
  )
  endOnSignal(listeners, poller, platform)
  process.stdout.write(welcome(config, admin, tls?.caPath))
}

function openMail({ mail }: Config, fetch: GuardedFetch): SendMail {
  switch (mail.kind) {
    case 'smtp':
      return mailBySmtp(mail)
    case 'http':
      return mailByHttp(fetch, mail)
    case 'print':
      return mailByPrint((text) => process.stdout.write(text))
    case 'none':
      return mailByNobody
    default:
      return unreachable(mail)
  }
}

/** For this user alone: it comes to hold keys and the database. */
function makeDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StartError(`DATA_DIR: ${oneLine(error)}`, { cause: error })
  }
}

async function openMigrated(config: Config): Promise<Db> {
  try {
    const db = openDatabase(config.databaseUrl, config.databaseAuthToken)
    // Of two servers that start together on one database one fails to make a table, and then finds it made.
    await migrate(db).catch(() => migrate(db))
    for (const name of await upgradeDirectory(db)) {
      process.stderr.write(`postern: ${JSON.stringify(name)} is the same name as another's now: rename one of them\n`)
    }
    return db
  } catch (error) {
    throw new StartError(`DATABASE_URL: cannot use ${nameOf(config.databaseUrl)}: ${oneLine(error)}`, { cause: error })
  }
}

function askedCertificates({ clientCertificates: asked }: Config): Pick<Place, 'clientCertificates'> {
  if (asked.from !== 'tls') return {}
  const { ca: path } = asked
  const ca = path === undefined ? undefined : readSetting('CLIENT_CERTIFICATES_CA', () => readFileSync(path, 'utf8'))
  return { clientCertificates: { ca } }
}

async function openTls(config: Config): Promise<Tls | undefined> {
  const { tls } = config
  if (tls.mode === 'off') return undefined
  if (tls.mode === 'files') {
    return {
      cert: readSetting('TLS_CERT', () => readFileSync(tls.cert, 'utf8')),
      key: readSetting('TLS_KEY', () => readFileSync(tls.key, 'utf8')),
    }
  }
  try {
    const host = new URL(config.baseUrl).hostname.replace(/^\[|\]$/g, '')
    return await openLocalCertificate(tls.caDir, config.dataDir, host, new Date())
  } catch (error) {
    throw new StartError(`CA_DIR: ${oneLine(error)}`, { cause: error })
  }
}

function readSetting(name: string, read: () => string): string {
  try {
    return read()
  } catch (error) {
    throw new StartError(`${name}: ${oneLine(error)}`, { cause: error })
  }
}

/** The database without what may stand behind it: a token in the query. */
function nameOf(databaseUrl: string): string {
  return databaseUrl.replace(/\?.*$/, '')
}

/** A database that does not answer is not waited for: what was under way is found as after a crash. */
const END_WITHIN_MS = 900

/** At SIGINT or SIGTERM: takes no more requests, ends or hands over what is under way, and leaves with 0 within a second. */
function endOnSignal(listeners: readonly Listener[], poller: Poller, platform: Platform): void {
  const end = async () => {
    // A second signal ends the process at once, as it would without us.
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
    const ended = Promise.all([...listeners.map((listener) => listener.close()), poller.stop()])
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, END_WITHIN_MS))])
    // Folds the write-ahead log into the file.
    platform.db.$client.close()
    platform.log.info('stopped')
    process.exit(0)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}
