import type { ExecutionContext, MessageBatch, Queue } from '@cloudflare/workers-types'
import { createApp } from './app.ts'
import { type Config, ConfigError, parseConfig } from './config.ts'
import { createSealer } from './core/crypto.ts'
import { createLog } from './core/log.ts'
import { openRemote } from './db/open.ts'
import { seedEmptyDatabase } from './directory/setup/commands.ts'
import { pushAhead } from './outbound/ahead/push.ts'
import { deliverDue } from './outbound/consumer.ts'
import type { GuardedFetch, Platform, WakeMessage } from './platform.ts'
import { newAllowance } from './runtime/allowance.ts'
import { certificateFinder } from './runtime/client-certificate-cf.ts'
import { guardFetch, sendByFetch } from './runtime/guarded-fetch.ts'
import { mailByHttp, mailByNobody, mailByPrint, type SendMail } from './runtime/mail.ts'

/** A Worker has six connections at once. */
const LIMITS = { perTarget: 4, atOnce: 6 }

/** The queue, and the settings as vars and secrets. */
type Bindings = { readonly WAKE: Queue<WakeMessage> } & Readonly<Record<string, unknown>>

type Opened = {
  readonly platform: Platform
  readonly app: ReturnType<typeof createApp>
  /** Under way or done; undefined again after it failed. */
  seeding?: Promise<void> | undefined
}

/** What the cron trigger in wrangler.toml comes to: later deliveries are its own. */
const CRON_SECONDS = 60

export default {
  async fetch(request: Request, env: Bindings, context: ExecutionContext): Promise<Response> {
    try {
      const opened = await open(env, context)
      await seedOnce(opened, context)
      // Cloudflare sets it, whatever a client sends.
      const address = () => request.headers.get('CF-Connecting-IP') ?? undefined
      return await opened.app.fetch(request, { address })
    } catch (error) {
      console.error(JSON.stringify({ level: 'error', event: 'not started', reason: String(error) }))
      return new Response('This server is not set up; its log says why.\n', { status: 503 })
    }
  },

  /** A message says only that there is something to do: however many came, the outbox is gone through once. */
  async queue(batch: MessageBatch<WakeMessage>, env: Bindings, context: ExecutionContext): Promise<void> {
    const { platform } = await open(env, context)
    try {
      await deliver(platform, env.WAKE)
      batch.ackAll()
    } catch (error) {
      // The database is away, it must be supposed: the hint is kept until it is back.
      platform.log.error('outbound delivery failed', { error })
      for (const message of batch.messages) message.retry({ delaySeconds: retryAfter(message.attempts) })
    }
  },

  /** Finds what is due although no message told of it: later retries, and a message that was lost. */
  async scheduled(_event: unknown, env: Bindings, context: ExecutionContext): Promise<void> {
    const { platform } = await open(env, context)
    await deliver(platform, env.WAKE)
  },
}

/** Does what one invocation may; what is left, and what becomes due before the cron trigger comes, is another's. */
async function deliver(platform: Platform, wake: Queue<WakeMessage>): Promise<void> {
  const allowance = newAllowance(platform.now)
  const next = await deliverDue(counted(platform, allowance.count), { ...LIMITS, ...allowance })
  if (allowance.isStopped()) {
    platform.log.info('outbound delivery goes on in another invocation')
    return void (await wake.send({}))
  }
  const delaySeconds = next && Math.max(1, Math.ceil((next.getTime() - platform.now().getTime()) / 1000))
  if (delaySeconds && delaySeconds < CRON_SECONDS) await wake.send({}, { delaySeconds })
}

/** The platform, with each of its subrequests counted. */
function counted(platform: Platform, count: () => void): Platform {
  const { databaseUrl, databaseAuthToken, outboundAllow } = platform.config
  const countedFetch: typeof fetch = (input, init) => {
    count()
    return fetch(input, init)
  }
  const guarded = guardFetch(outboundAllow, (url, request) => {
    count()
    return sendByFetch(url, request)
  })
  return {
    ...platform,
    db: openRemote(databaseUrl, databaseAuthToken, countedFetch),
    fetch: guarded,
    mail: openMail(platform.config, guarded),
  }
}

/** Seconds: 2, 4, 8, up to a minute. */
function retryAfter(attempts: number): number {
  return Math.min(2 ** attempts, 60)
}

const isolate = new WeakMap<Bindings, Promise<Opened>>()

/** The app of this isolate. Rejects while a setting is wrong. */
function open(env: Bindings, context: ExecutionContext): Promise<Opened> {
  const known = isolate.get(env)
  if (known) return known
  const opening = start(env)
  isolate.set(env, opening)
  // Other requests wait for it too: it must not end with the one that began it.
  context.waitUntil(opening.catch(() => isolate.delete(env)))
  return opening
}

async function start(env: Bindings): Promise<Opened> {
  const config = parseConfig(env)
  for (const name of ['BASE_URL', 'DATABASE_URL', 'MASTER_KEY'] as const) {
    if (!env[name]) throw new ConfigError(`${name}: is required on Workers`)
  }
  if (config.clientAddressHeader !== undefined)
    throw new ConfigError('CLIENT_ADDRESS_HEADER: not on Workers, where Cloudflare says it')
  const clientCertificate = certificateFinder(config)
  const log = createLog(config.logLevel, (line) => console.log(line))
  const fetch = guardFetch(config.outboundAllow, sendByFetch)
  const platform: Platform = {
    config,
    db: openRemote(config.databaseUrl, config.databaseAuthToken),
    fetch,
    mail: openMail(config, fetch),
    sealer: createSealer(config.masterKey ?? ''),
    log,
    now: () => new Date(),
    pushAhead,
    ...(clientCertificate ? { clientCertificate } : {}),
    wake: (message) =>
      env.WAKE.send(message).then(
        () => undefined,
        (error: unknown) => log.warn('the queue took no message; the cron trigger will find the work', { error }),
      ),
  }
  return { platform, app: createApp(platform) }
}

/** A Worker opens no connection but by HTTP. */
function openMail({ mail }: Config, fetch: GuardedFetch): SendMail {
  if (mail.kind === 'smtp') throw new ConfigError('SMTP_URL: Workers send no mail by SMTP; set MAIL_URL')
  if (mail.kind === 'http') return mailByHttp(fetch, mail)
  return mail.kind === 'print' ? mailByPrint((text) => console.log(text)) : mailByNobody
}

/** The first request to an empty database makes its administrator; a Worker can show nobody a password of its own. */
async function seedOnce(opened: Opened, context: ExecutionContext): Promise<void> {
  const { platform } = opened
  if (platform.config.admin.password === undefined) return
  if (!opened.seeding) {
    opened.seeding = seedEmptyDatabase(platform, platform.config.admin).then(
      () => undefined,
      (error: unknown) => {
        // Not reached or not migrated: /readyz says so, and the next request tries again.
        opened.seeding = undefined
        platform.log.error('the database could not be set up', { error })
      },
    )
    context.waitUntil(opened.seeding)
  }
  await opened.seeding
}
