/** npm run deploy:check: builds the Worker as a deployment would, and holds it against the budget. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT, temporaryDirectory } from './child.ts'

/** What Workers take on the free plan, compressed. */
const BUDGET_BYTES = 3 * 1024 * 1024

const outdir = join(temporaryDirectory(), 'worker')
const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
const build = spawnSync(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', outdir], {
  cwd: ROOT,
  encoding: 'utf8',
  env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
})
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}`)
  process.exit(1)
}

const code = readdirSync(outdir).filter((name) => /\.(js|wasm)$/.test(name))
const [raw, zipped] = code
  .map((name) => readFileSync(join(outdir, name)))
  .reduce(([all, packed], file) => [all + file.length, packed + gzipSync(file).length], [0, 0])
const kib = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`
process.stdout.write(`worker: ${kib(raw)}, gzip ${kib(zipped)}, budget ${kib(BUDGET_BYTES)}\n`)
if (zipped === 0 || zipped > BUDGET_BYTES) {
  process.stderr.write(zipped === 0 ? 'nothing was built\n' : 'the worker is over its budget\n')
  process.exitCode = 1
}
