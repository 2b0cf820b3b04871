import { z } from 'zod'

/** What a tenant demands of authorization requests, as the management API and the console send it. */
export const authorizationPolicyInput = z.strictObject({
  requirePushedAuthorizationRequests: z
    .boolean()
    .describe('Every application has to push its requests (RFC 9126), as if each had it demanded of it'),
})
