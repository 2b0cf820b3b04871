/**
 * npm run bench: what postern costs beside what it is compared with, as ratios, each with its aim and whether it is met.
 * Only ratios mean something on another machine; nothing fails by them. `npm run bench -- scim bulk` runs these alone,
 * `--keep` keeps the database of a million users for the next time (scim/million.ts). JSON goes to bench/results.
 */

const MODULES: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  scim: () => import('./scim/peers.ts'),
  bulk: () => import('./scim/bulk.ts'),
  members: () => import('./scim/members.ts'),
  scale: () => import('./scim/scale.ts'),
  memory: () => import('./scim/memory.ts'),
  tokens: () => import('./tokens.ts'),
  oidc: () => import('./oidc/run.ts'),
  federation: () => import('./federation/run.ts'),
  outbound: () => import('./outbound/drain.ts'),
  outbox: () => import('./outbound/outbox.ts'),
  backlog: () => import('./outbound/backlog.ts'),
  idle: () => import('./outbound/idle.ts'),
}

// A process that ends by itself removes its temporary files.
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))

const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const unknown = asked.filter((name) => !Object.hasOwn(MODULES, name))
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', ')}; there are ${Object.keys(MODULES).join(', ')}\n`)
  process.exit(1)
}
for (const [name, open] of Object.entries(MODULES)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const { run } = await open()
  await run()
}
process.exit()
