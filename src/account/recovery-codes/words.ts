import { words } from '../../html/words.ts'

/** One’s own recovery codes. */
export const recoveryWords = words(
  {
    lead: 'They let you in when your phone or your passkey is lost.',
    left: (left: number) => (left === 1 ? '1 code is left.' : `${left} codes are left.`),
    none: 'There are none.',
    renew: 'Make new codes',
    question: 'Make new recovery codes?',
    goes: 'The codes that you have now stop working.',
  },
  {
    de: {
      lead: 'Damit kommen Sie hinein, wenn Ihr Telefon oder Ihr Passkey verloren ist.',
      left: (left) => (left === 1 ? '1 Code ist übrig.' : `${left} Codes sind übrig.`),
      none: 'Es gibt keine.',
      renew: 'Neue Codes erzeugen',
      question: 'Neue Wiederherstellungs\u00ADcodes erzeugen?',
      goes: 'Die Codes, die Sie jetzt haben, gelten dann nicht mehr.',
    },
    fr: {
      lead: 'Ils vous permettent d’entrer si votre téléphone ou votre clé d’accès est perdu.',
      left: (left) => (left === 1 ? 'Il reste 1 code.' : `Il reste ${left} codes.`),
      none: 'Il n’y en a aucun.',
      renew: 'Créer de nouveaux codes',
      question: 'Créer de nouveaux codes de secours ?',
      goes: 'Les codes que vous avez maintenant ne fonctionneront plus.',
    },
    es: {
      lead: 'Le permiten entrar si pierde el teléfono o la llave de acceso.',
      left: (left) => (left === 1 ? 'Queda 1 código.' : `Quedan ${left} códigos.`),
      none: 'No hay ninguno.',
      renew: 'Crear códigos nuevos',
      question: '¿Crear códigos de recuperación nuevos?',
      goes: 'Los códigos que tiene ahora dejarán de funcionar.',
    },
    ja: {
      lead: 'スマートフォンやパスキーをなくしたときに使います。',
      left: (left) => `残り ${left} 個です。`,
      none: 'ありません。',
      renew: '新しいコードを作成',
      question: '新しい回復コードを作成しますか？',
      goes: '今お持ちのコードは使えなくなります。',
    },
    ar: {
      lead: 'تتيح لك الدخول إذا فقدت هاتفك أو مفتاح المرور.',
      left: (left) => `الرموز المتبقية: ${left}.`,
      none: 'لا توجد رموز.',
      renew: 'إنشاء رموز جديدة',
      question: 'هل تريد إنشاء رموز استرداد جديدة؟',
      goes: 'ستتوقف الرموز التي لديك الآن عن العمل.',
    },
  },
)
