import type { Viewer } from '../../../federation/trial/commands.ts'
import type { AppContext } from '../../../http.ts'
import { personOf } from '../../frame.ts'

/** Whose test it is: hers, in this browser. */
export function viewerOf(c: AppContext): Viewer {
  return { userId: personOf(c).id, browserHash: c.var.browserHash }
}
