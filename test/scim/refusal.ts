import { expect } from 'vitest'
import { ScimError } from '../../src/core/errors.ts'

/** What a call refuses, as "scimType: detail"; anything else that it throws, and throwing nothing, fails the test. */
export function refusalOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return `${error.scimType ?? error.status}: ${error.message}`
  }
  return expect.fail('nothing was refused')
}
