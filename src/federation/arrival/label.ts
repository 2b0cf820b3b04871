import type { Language } from '../../core/language.ts'
import { words } from '../../html/words.ts'
import { nameInWords } from '../../scim/name-in-words.ts'
import { attributeWords } from './attribute-words.ts'

/** What a value is for (RFC 7643 section 4.1.2). */
const kindWords = words(
  { work: 'work', home: 'private', mobile: 'mobile', fax: 'fax', pager: 'pager', other: 'other' },
  {
    de: { work: 'geschäftlich', home: 'privat', mobile: 'mobil', fax: 'Fax', pager: 'Pager', other: 'sonstige' },
    fr: { work: 'professionnel', home: 'personnel', mobile: 'mobile', fax: 'fax', pager: 'pager', other: 'autre' },
    es: { work: 'trabajo', home: 'particular', mobile: 'móvil', fax: 'fax', pager: 'buscapersonas', other: 'otro' },
    ja: { work: '勤務先', home: '個人', mobile: '携帯', fax: 'FAX', pager: 'ポケットベル', other: 'その他' },
    ar: { work: 'العمل', home: 'شخصي', mobile: 'الجوال', fax: 'فاكس', pager: 'جهاز النداء', other: 'أخرى' },
  },
)

/**
 * What the attribute at a path is called: `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`. One
 * that the tenant has of its own is called by its name.
 */
export function labelOf(language: Language, path: string): string {
  const say: Readonly<Record<string, string>> = attributeWords(language)
  const kind = /\[type eq "([^"]*)"\]/i.exec(path)?.[1]
  const plain = path.replace(/^urn:.*:(?=[^:]*$)/i, '').replace(/\[[^\]]*\]/g, '')
  const [name = plain] = plain.split('.')
  const label = own(say, plain) ?? own(say, name) ?? nameInWords(plain.replaceAll('.', ' '))
  return kind === undefined ? label : `${label} (${own(kindWords(language), kind.toLowerCase()) ?? kind})`
}

function own(texts: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined
}
