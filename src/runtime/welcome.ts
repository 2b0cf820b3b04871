import type { Config } from '../config.ts'

/** What a person reads after the start. `admin` is there at the first start, its password if it was made here. */
export function welcome(
  { baseUrl, admin: { userName, password } }: Config,
  admin: { readonly userName: string; readonly password: string | undefined } | undefined,
  caPath: string | undefined,
): string {
  const credentials = admin?.password === undefined ? userName : `${admin.userName}:${admin.password}`
  const trust = caPath === undefined ? [] : ['--cacert', caPath]
  const curl = ['curl', ...trust, '-u', credentials, `${baseUrl}/scim2/Users`].map(quoted).join(' ')
  return [
    `postern is ready at ${baseUrl}`,
    '',
    `  Console     ${baseUrl}/console`,
    `  API         ${baseUrl}/api/docs`,
    `  SCIM        ${baseUrl}/scim2`,
    ...(caPath === undefined ? [] : [`  Trust       ${caPath}`]),
    ...(admin ? ['', `  This is the first start. The administrator is ${admin.userName}.`] : []),
    ...(!admin && password !== undefined
      ? ['', '  ADMIN_PASSWORD is not used: this database has its administrator already.']
      : []),
    ...(admin?.password === undefined ? [] : [`  Password    ${admin.password}   (shown only now)`]),
    '',
    `  ${curl}`,
    '',
    '',
  ].join('\n')
}

/** A word as a POSIX shell reads it back. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
