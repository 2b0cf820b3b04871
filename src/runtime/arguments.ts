import { parseArgs } from 'node:util'
import { oneLine, StartError } from './start-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The command line: `[migrate] [--offset N]`; the offset is PORT_OFFSET. Throws StartError for anything else. */
export function parseArguments(args: readonly string[], env: Environment) {
  const { values, positionals } = parse(args)
  const [command = 'serve', ...rest] = positionals
  if ((command !== 'serve' && command !== 'migrate') || rest.length > 0) {
    throw new StartError(`${positionals.join(' ')}: not a command; there is only "migrate"`)
  }
  return { command, env: values.offset === undefined ? env : { ...env, PORT_OFFSET: values.offset } } as const
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { offset: { type: 'string' } }, allowPositionals: true })
  } catch (error) {
    throw new StartError(oneLine(error), { cause: error })
  }
}
