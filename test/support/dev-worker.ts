/** npm run dev:worker: the app in workerd by `wrangler dev`, on data/worker/postern.db over HTTP. */
import { spawn } from 'node:child_process'
import { parseConfig } from '../../src/config.ts'
import { ROOT } from './child.ts'
import { startWorkerDatabase, workerCommand } from './worker.ts'

const { port } = parseConfig(process.env)
const dataDir = 'data/worker'
const settings = {
  ADMIN_PASSWORD: process.env.ADMIN_PASSWORD ?? 'admin',
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
}
const hrana = await startWorkerDatabase(dataDir)
const { baseUrl, caPath, args, env } = await workerCommand({
  port,
  dataDir,
  caDir: 'data/ca',
  databaseUrl: hrana.url,
  settings,
})
process.stdout.write(
  [
    `the Worker will be at ${baseUrl}; at its first start the administrator is admin:${settings.ADMIN_PASSWORD}`,
    `  curl --cacert ${caPath} -u admin:${settings.ADMIN_PASSWORD} ${baseUrl}/scim2/Users`,
    `  its database is ${dataDir}/postern.db, over ${hrana.url}`,
    '',
    '',
  ].join('\n'),
)

const wrangler = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } })
// Ctrl-C reaches wrangler too; the database stays until it has ended.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => wrangler.kill('SIGTERM'))
wrangler.on('exit', async (code) => {
  await hrana.close()
  process.exit(code ?? 0)
})
