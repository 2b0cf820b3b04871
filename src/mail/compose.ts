/** Makes a mail of what was asked for: looks up whose it is, and makes the link that stands in it. */
import { unreachable } from '../core/errors.ts'
import { nameKey } from '../core/ids.ts'
import {
  findUserByEmail,
  findUserBySignInName,
  isTrusted,
  ownAddress,
  primaryEmail,
} from '../directory/verified/queries.ts'
import { findUser, findUserByName } from '../directory/users/queries.ts'
import { shownName } from '../html/branding/parts.ts'
import type { Scope } from '../platform.ts'
import { makeLink, type NewLink } from './links/commands.ts'
import type { MailOrder } from './orders.ts'
import { letterHtml } from './pages.ts'
import { listVouchers } from './queries.ts'
import { type Letter, mailWords } from './words.ts'

export type Composed =
  | {
      readonly kind: 'mail'
      readonly to: string
      readonly subject: string
      readonly text: string
      readonly html: string
      /** The token that was made for it: if it cannot be sent, it is to be discarded. */
      readonly token: string
    }
  /** Nobody is to be told anything; why is for the log. */
  | { readonly kind: 'none'; readonly why: string }

type Draft = {
  readonly letter: Letter
  readonly link: NewLink
  /** The page that the link leads to, below the tenant's address; with `token` behind it unless that is none of its. */
  readonly page: string | undefined
  readonly withToken: boolean
}

export async function composeMail(scope: Scope, order: MailOrder): Promise<Composed> {
  const draft = await draftOf(scope, order)
  if (typeof draft === 'string') return { kind: 'none', why: draft }
  const token = await makeLink(scope, draft.link)
  if (token === undefined) return { kind: 'none', why: 'too much was mailed there lately' }
  const { letter, page, withToken } = draft
  const link = page === undefined ? undefined : `${scope.issuer}${page}${withToken ? `?token=${token}` : ''}`
  const text = [letter.before, ...(link === undefined ? [] : [link]), letter.after].join('\n\n')
  const html = await letterHtml({ language: order.language, ...letter, link })
  return { kind: 'mail', to: draft.link.address, subject: letter.subject, text: `${text}\n`, html, token }
}

/** Or why there is none. */
async function draftOf(scope: Scope, order: MailOrder): Promise<Draft | string> {
  const words = mailWords(order.language)
  const site = shownName(scope.tenant)
  switch (order.kind) {
    case 'reset':
      return draftReset(scope, order)
    case 'verify': {
      const { userId, address } = order
      const user = await findUser(scope, userId)
      if (!user?.active) return 'the user is no more, or deactivated'
      const link = { purpose: 'verify', user, address, about: { address } } as const
      return { letter: words.verify(site), link, page: '/verify-email', withToken: true }
    }
    case 'sign-up': {
      const { newcomer, request } = order
      const { email: address, userName } = newcomer
      // A chosen name that was free when it was typed, and is not any more, is told of when she comes with her link.
      const named = nameKey(userName) === nameKey(address) ? await findUserByName(scope, userName) : undefined
      const owner = named ?? (await findUserByEmail(scope, address))
      if (owner) {
        const to = ownAddress(owner.document, address) ?? owner.userName
        return { letter: words.taken(site), link: notice(to), page: '/forgot', withToken: false }
      }
      const about = { newcomer, ...(request === undefined ? {} : { request }) }
      const link = { purpose: 'sign-up', user: undefined, address, about } as const
      return { letter: words.signUp(site), link, page: '/signup/finish', withToken: true }
    }
    case 'changed': {
      const letter = order.what === 'password' ? words.passwordChanged(site) : words.emailChanged(site)
      return { letter, link: notice(order.address), page: undefined, withToken: false }
    }
    default:
      return unreachable(order)
  }
}

async function draftReset(
  scope: Scope,
  { typed, request, language }: MailOrder & { readonly kind: 'reset' },
): Promise<Draft | string> {
  const user = await findUserBySignInName(scope, typed)
  if (!user?.active) return 'nobody has this name or address, or she is deactivated'
  const isName = nameKey(user.userName) === nameKey(typed)
  const address = isName ? primaryEmail(user.document) : ownAddress(user.document, typed)
  if (address === undefined || !(await isTrusted(scope, user, address))) return 'the user has no address to trust'
  const words = mailWords(language)
  const vouchers = user.passwordHash === null ? await listVouchers(scope, user.id) : []
  if (vouchers.length > 0) {
    // A password beside the provider that vouches for her would outlive what that one takes from her.
    const names = new Intl.ListFormat(language, { type: 'disjunction' }).format(vouchers)
    return {
      letter: words.elsewhere(shownName(scope.tenant), names),
      link: notice(address),
      page: undefined,
      withToken: false,
    }
  }
  const about = { address, ...(request === undefined ? {} : { request }) }
  const link = { purpose: 'reset', user, address, about } as const
  return { letter: words.reset(shownName(scope.tenant), user.userName), link, page: '/forgot/new', withToken: true }
}

/** No link, but it counts as one. */
function notice(address: string): NewLink {
  return { purpose: 'notice', user: undefined, address, about: {} }
}
