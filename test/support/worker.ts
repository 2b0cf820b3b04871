/** The app in workerd, as `wrangler dev` runs it: offline, over TLS, with its queue, and a database over HTTP. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/runtime/open-database.ts'
import { openLocalCertificate } from '../../src/runtime/local-ca.ts'
import { readMasterKey } from '../../src/runtime/master-key.ts'
import { replaceFile } from '../../src/runtime/files.ts'
import { ROOT } from './child.ts'
import { type Hrana, startHrana } from './hrana.ts'

export type WorkerCommand = {
  readonly baseUrl: string
  readonly caPath: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A database under `dataDir`, served over HTTP and brought to this version's tables. */
export async function startWorkerDatabase(dataDir: string): Promise<Hrana> {
  mkdirSync(dataDir, { recursive: true })
  const hrana = await startHrana({ file: join(dataDir, 'postern.db') })
  await migrate(await openDatabase(hrana.url))
  return hrana
}

/** The command line (for node) and environment of `wrangler dev`; `settings` are vars of the Worker. */
export async function workerCommand(options: {
  port: number
  dataDir: string
  caDir: string
  databaseUrl: string
  settings: Readonly<Record<string, string>>
}): Promise<WorkerCommand> {
  const { port, dataDir, caDir } = options
  mkdirSync(dataDir, { recursive: true })
  const { key, cert, caPath } = await openLocalCertificate(caDir, dataDir, 'localhost', new Date())
  const [keyPath, certPath] = [join(dataDir, 'tls', 'key.pem'), join(dataDir, 'tls', 'cert.pem')]
  replaceFile(keyPath, key)
  replaceFile(certPath, cert)
  const baseUrl = `https://localhost:${port}`
  const settings = {
    BASE_URL: baseUrl,
    DATABASE_URL: options.databaseUrl,
    MASTER_KEY: readMasterKey(undefined, dataDir),
    ...options.settings,
  }
  const listen = ['--ip', 'localhost', '--port', String(port), '--inspector-port', '0']
  const tls = ['--local-protocol', 'https', '--https-key-path', keyPath, '--https-cert-path', certPath]
  const vars = Object.entries(settings).flatMap(([name, value]) => ['--var', `${name}:${value}`])
  return {
    baseUrl,
    caPath,
    args: [
      join(ROOT, 'node_modules/wrangler/bin/wrangler.js'),
      ...['dev', '--local', '--show-interactive-dev-session=false', '--persist-to', join(dataDir, 'wrangler')],
      ...listen,
      ...tls,
      ...vars,
    ],
    env: {
      // Nothing is asked of the network, and nothing is written outside.
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_LOG_PATH: join(dataDir, 'wrangler-logs'),
      XDG_CONFIG_HOME: dataDir,
      NODE_EXTRA_CA_CERTS: caPath,
    },
  }
}
