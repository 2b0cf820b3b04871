import { words } from '../../html/words.ts'

/** Of the sign-in page that asks for the name first, and of the hint where people of a domain sign in. */
export const firstWords = words(
  {
    nameOrAddress: 'Username or email address',
    address: 'Email address',
    goOn: 'Continue',
    another: 'Use another name',
    nameMissing: 'Enter your username or email address.',
    addressMissing: 'Enter your email address.',
    peopleOf: (domain: string, connection: string) => `People of ${domain} sign in with ${connection}.`,
    nobodyOf: 'Nobody signs in here with an address like this. Check it, or ask your administrator.',
  },
  {
    de: {
      nameOrAddress: 'Benutzername oder E-Mail-Adresse',
      address: 'E-Mail-Adresse',
      goOn: 'Weiter',
      another: 'Einen anderen Namen verwenden',
      nameMissing: 'Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein.',
      addressMissing: 'Geben Sie Ihre E-Mail-Adresse ein.',
      peopleOf: (domain, connection) => `Wer zu ${domain} gehört, meldet sich mit ${connection} an.`,
      nobodyOf:
        'Mit einer solchen Adresse meldet sich hier niemand an. Prüfen Sie sie, oder fragen Sie Ihren Administrator.',
    },
    fr: {
      nameOrAddress: 'Nom d’utilisateur ou adresse e-mail',
      address: 'Adresse e-mail',
      goOn: 'Continuer',
      another: 'Utiliser un autre nom',
      nameMissing: 'Saisissez votre nom d’utilisateur ou votre adresse e-mail.',
      addressMissing: 'Saisissez votre adresse e-mail.',
      peopleOf: (domain, connection) => `Les personnes de ${domain} se connectent avec ${connection}.`,
      nobodyOf:
        'Personne ne se connecte ici avec une adresse de ce type. Vérifiez-la ou adressez-vous à votre administrateur.',
    },
    es: {
      nameOrAddress: 'Nombre de usuario o correo electrónico',
      address: 'Correo electrónico',
      goOn: 'Continuar',
      another: 'Usar otro nombre',
      nameMissing: 'Escriba su nombre de usuario o su correo electrónico.',
      addressMissing: 'Escriba su correo electrónico.',
      peopleOf: (domain, connection) => `Las personas de ${domain} inician sesión con ${connection}.`,
      nobodyOf: 'Nadie inicia sesión aquí con una dirección como esta. Compruébela o pregunte a su administrador.',
    },
    ja: {
      nameOrAddress: 'ユーザー名またはメールアドレス',
      address: 'メールアドレス',
      goOn: '続ける',
      another: '別の名前を使う',
      nameMissing: 'ユーザー名またはメールアドレスを入力してください。',
      addressMissing: 'メールアドレスを入力してください。',
      peopleOf: (domain, connection) => `${domain} の方は ${connection} でサインインします。`,
      nobodyOf:
        'このようなアドレスではここにサインインできません。アドレスをご確認いただくか、管理者にお問い合わせください。',
    },
    ar: {
      nameOrAddress: 'اسم المستخدم أو البريد الإلكتروني',
      address: 'البريد الإلكتروني',
      goOn: 'متابعة',
      another: 'استخدام اسم آخر',
      nameMissing: 'أدخل اسم المستخدم أو بريدك الإلكتروني.',
      addressMissing: 'أدخل بريدك الإلكتروني.',
      peopleOf: (domain, connection) =>
        `يسجّل أصحاب عناوين \u2068${domain}\u2069 الدخول باستخدام \u2068${connection}\u2069.`,
      nobodyOf: 'لا أحد يسجّل الدخول هنا بعنوان كهذا. تحقّق منه، أو اسأل مسؤول النظام لديك.',
    },
  },
)
