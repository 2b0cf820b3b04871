/** A list in a text area: one a line, each once, without blanks around it. Pure. */
export function linesIn(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return [...new Set(lines.filter((line) => line !== ''))]
}
