/** What an attribute is called on a page that knows nothing of it but its name. Pure. */

/** `costCenter` and `cost_center` are "Cost center". */
export function nameInWords(name: string): string {
  if (name === '$ref') return 'Reference'
  const words = name
    .replace(/([a-z\d])([A-Z])(?=[a-z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim()
  const [first = '', ...rest] = words.split(' ')
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest.map(lowerUnlessShort)].join(' ')
}

/** An abbreviation stays as it is spelt, or is spelt as one. */
function lowerUnlessShort(word: string): string {
  if (/^(?:id|url|uri)$/i.test(word)) return word.toUpperCase()
  return /^[A-Z]{2,}/.test(word) ? word : word.charAt(0).toLowerCase() + word.slice(1)
}
