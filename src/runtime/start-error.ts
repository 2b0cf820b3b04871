/** The server cannot start; the message names the setting that somebody has to look at. */
export class StartError extends Error {}

/** The innermost reason of an error, in one line: libraries wrap it in the statement or the call that failed. */
export function oneLine(error: unknown): string {
  let innermost = error
  while (innermost instanceof Error && innermost.cause instanceof Error && !(innermost instanceof StartError)) {
    innermost = innermost.cause
  }
  const text = innermost instanceof Error ? innermost.message || innermost.name : String(innermost)
  return text.trim().replace(/\s*\n\s*/g, ' ')
}
