import { certificateFinder } from './runtime/client-certificate.ts'
import { createNodeFetch } from './runtime/guarded-fetch-node.ts'
import { listenByNode } from './runtime/listen-node.ts'
import { createScryptThreads } from './runtime/scrypt-threads.ts'
import { run } from './runtime/start.ts'

await run({ listen: listenByNode(), createFetch: createNodeFetch, certificateFinder, scrypt: createScryptThreads() })
