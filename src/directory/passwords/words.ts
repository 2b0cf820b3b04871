import type { Language } from '../../core/language.ts'
import type { PasswordPolicy } from '../../db/schema.ts'
import { checkPassword } from './policy.ts'
import { counted, words } from '../../html/words.ts'

/** What a new password is told of, wherever a person sets one herself. */
export const newPasswordWords = words(
  {
    length: (count: number) => `at least ${count} characters`,
    digit: 'a digit',
    upperCase: 'an upper-case letter',
    lowerCase: 'a lower-case letter',
    special: 'a special character',
    needs: (list: string) => `It needs ${list}.`,
    refused: (list: string) => `This password will not do. It needs ${list}.`,
    tooLong: 'This password is too long.',
    history: (count: number) => `None of your last ${count} passwords may come back.`,
  },
  {
    de: {
      length: (count) => `mindestens ${count} Zeichen`,
      digit: 'eine Ziffer',
      upperCase: 'einen Großbuchstaben',
      lowerCase: 'einen Kleinbuchstaben',
      special: 'ein Sonderzeichen',
      needs: (list) => `Es braucht ${list}.`,
      refused: (list) => `Dieses Passwort genügt nicht. Es braucht ${list}.`,
      tooLong: 'Dieses Passwort ist zu lang.',
      history: (count) => `Keines Ihrer letzten ${count} Passwörter darf wiederkommen.`,
    },
    fr: {
      length: (count) => `au moins ${count} caractères`,
      digit: 'un chiffre',
      upperCase: 'une majuscule',
      lowerCase: 'une minuscule',
      special: 'un caractère spécial',
      needs: (list) => `Il faut ${list}.`,
      refused: (list) => `Ce mot de passe ne convient pas. Il faut ${list}.`,
      tooLong: 'Ce mot de passe est trop long.',
      history: (count) => `Aucun de vos ${count} derniers mots de passe ne peut être repris.`,
    },
    es: {
      length: (count) => `al menos ${count} caracteres`,
      digit: 'un dígito',
      upperCase: 'una mayúscula',
      lowerCase: 'una minúscula',
      special: 'un carácter especial',
      needs: (list) => `Necesita ${list}.`,
      refused: (list) => `Esta contraseña no sirve. Necesita ${list}.`,
      tooLong: 'Esta contraseña es demasiado larga.',
      history: (count) => `No puede repetir ninguna de sus últimas ${count} contraseñas.`,
    },
    ja: {
      length: (count) => `${count} 文字以上`,
      digit: '数字',
      upperCase: '英大文字',
      lowerCase: '英小文字',
      special: '記号',
      needs: (list) => `必要な条件：${list}`,
      refused: (list) => `このパスワードは使用できません。必要な条件：${list}`,
      tooLong: 'パスワードが長すぎます。',
      history: (count) => `過去 ${count} 回分のパスワードは再使用できません。`,
    },
    ar: {
      length: (count) =>
        `${counted('ar', count, { one: 'حرف واحد', two: 'حرفان', few: '# أحرف', many: '# حرفًا', other: '# حرف' })} على الأقل`,
      digit: 'رقم',
      upperCase: 'حرف كبير',
      lowerCase: 'حرف صغير',
      special: 'رمز خاص',
      needs: (list) => `يجب أن تحتوي على: ${list}.`,
      refused: (list) => `كلمة المرور هذه غير مقبولة. يجب أن تحتوي على: ${list}.`,
      tooLong: 'كلمة المرور هذه طويلة جدًا.',
      history: (count) => `لا يمكن إعادة استخدام أي من آخر ${count} كلمات مرور.`,
    },
  },
)

/** What the policy asks for, in words for a field's help text. */
export function policyInWords(policy: PasswordPolicy, language: Language): string {
  const text = newPasswordWords(language)
  const history = policy.history === 0 ? '' : ` ${text.history(policy.history)}`
  return text.needs(listed(policy, language)) + history
}

/** What is wrong with a password, in words; undefined if nothing is. */
export function faultInWords(policy: PasswordPolicy, password: string, language: Language): string | undefined {
  if (checkPassword(policy, password) === undefined) return undefined
  const text = newPasswordWords(language)
  // What else may be wrong is its length.
  const isShort =
    checkPassword(
      { ...policy, minLength: 1, digit: false, upperCase: false, lowerCase: false, special: false },
      password,
    ) === undefined
  return isShort ? text.refused(listed(policy, language)) : text.tooLong
}

function listed(policy: PasswordPolicy, language: Language): string {
  const text = newPasswordWords(language)
  const classes = (['digit', 'upperCase', 'lowerCase', 'special'] as const).filter((name) => policy[name])
  const all = [text.length(policy.minLength), ...classes.map((name) => text[name])]
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(all)
}
