import { z } from 'zod'

export const linkInput = z.object({
  connection: z.string().min(1, 'Give the id of a connection.').max(200),
  subject: z
    .string()
    .min(1, 'Give the user’s subject at the provider.')
    .max(255)
    .describe('The sub of the user at the provider, letter for letter'),
  issuer: z.url().max(2000).optional().describe('Absent: that of the connection’s provider'),
  display: z.string().trim().min(1).max(255).optional().describe('What the user is called there, to be shown'),
})

export const linkAnswer = z.object({
  connection: z.object({ id: z.string(), name: z.string() }),
  issuer: z.string(),
  subject: z.string(),
  display: z.string().optional(),
  created: z.iso.datetime(),
  lastSignIn: z.iso.datetime().optional().describe('Absent: not yet'),
})
