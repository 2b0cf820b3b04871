import { defineConfig } from 'drizzle-kit'

// `npm run migrations` writes the next migration from src/db/schema.ts; `npm run check` fails while one is owed.
export default defineConfig({ dialect: 'sqlite', schema: './src/db/schema.ts', out: './drizzle' })
