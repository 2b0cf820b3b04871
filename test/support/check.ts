/** npm run check: format, types, the architecture's rules, and that the migrations make the schema's tables. */
import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ROOT, temporaryDirectory } from './child.ts'

type Check = { readonly name: string; readonly command: readonly string[]; readonly expect?: string }

/** drizzle-kit writes the migration that is owed: into a copy. */
const migrations = join(temporaryDirectory(), 'drizzle')
cpSync(join(ROOT, 'drizzle'), migrations, { recursive: true })

const kit = ['--dialect', 'sqlite', '--schema', './src/db/schema.ts', '--out', relative(ROOT, migrations)]
const checks: readonly Check[] = [
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.', '!drizzle/meta'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  {
    name: 'architecture',
    command: ['vitest', 'run', '--config', 'test/vitest.config.ts', 'test/architecture.test.ts'],
  },
  { name: 'migrations', command: ['drizzle-kit', 'generate', ...kit], expect: 'No schema changes' },
]

let failed = 0
for (const { name, command, expect } of checks) {
  const [program = '', ...args] = command
  const path = `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  })
  const passed = status === 0 && (expect === undefined || stdout.includes(expect))
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${name}\n`)
  if (!passed) {
    failed += 1
    process.stdout.write(`${stdout}${stderr}\n`)
  }
}
process.exitCode = failed === 0 ? 0 : 1
