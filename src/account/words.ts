import { words } from '../html/words.ts'

const en = {
  account: 'Your account',
  overview: 'Overview',
  greeting: (name: string) => `${name}, here you see and change what concerns you.`,
  skip: 'Skip to content',
  signOut: 'Sign out',
  cancel: 'Cancel',
  console: { title: 'Console', lead: 'Applications, people and connections of this organization.' },
  sections: {
    profile: { title: 'Profile', lead: 'Your name, how you are reached, and the language that you read.' },
    password: { title: 'Password', lead: 'Choose another password. You are signed out everywhere else then.' },
    passkeys: {
      title: 'Passkeys',
      lead: 'With a passkey you sign in by fingerprint, face, PIN or security key. It cannot be guessed, and works on this site alone.',
    },
    totp: {
      title: 'Two-step sign-in',
      lead: 'An app on your phone that shows a new code every 30 seconds. You are asked for it after your password.',
    },
    sessions: {
      title: 'Where you are signed in',
      lead: 'The browsers in which you are signed in, and a way to end it.',
    },
    applications: { title: 'Applications', lead: 'What you have let applications know and do.' },
    linked: { title: 'Linked accounts', lead: 'Accounts elsewhere with which you can sign in here.' },
  },
}
/** The words of the frame. Those of a section stand beside its pages. */
export const accountWords = words(en, {
  de: {
    account: 'Ihr Konto',
    overview: 'Übersicht',
    greeting: (name) => `${name}, hier sehen und ändern Sie, was Sie betrifft.`,
    skip: 'Zum Inhalt springen',
    signOut: 'Abmelden',
    cancel: 'Abbrechen',
    console: { title: 'Konsole', lead: 'Anwendungen, Personen und Verbindungen dieser Organisation.' },
    sections: {
      profile: { title: 'Profil', lead: 'Ihr Name, wie man Sie erreicht und welche Sprache Sie lesen.' },
      password: { title: 'Passwort', lead: 'Wählen Sie ein neues Passwort. Überall sonst werden Sie dann abgemeldet.' },
      passkeys: {
        title: 'Passkeys',
        lead: 'Mit einem Passkey melden Sie sich mit Fingerabdruck, Gesicht, PIN oder Sicherheitsschlüssel an. Er lässt sich nicht erraten und gilt nur auf dieser Website.',
      },
      totp: {
        title: 'Anmeldung in zwei Schritten',
        lead: 'Eine App auf Ihrem Telefon, die alle 30 Sekunden einen neuen Code zeigt. Nach dem Passwort werden Sie danach gefragt.',
      },
      sessions: {
        title: 'Wo Sie angemeldet sind',
        lead: 'Die Browser, in denen Sie angemeldet sind. Hier können Sie sich dort abmelden.',
      },
      applications: { title: 'Anwendungen', lead: 'Was Anwendungen mit Ihrer Zustimmung wissen und tun dürfen.' },
      linked: {
        title: 'Verknüpfte Konten',
        lead: 'Konten bei anderen Anbietern, mit denen Sie sich hier anmelden können.',
      },
    },
  },
  fr: {
    account: 'Votre compte',
    overview: 'Vue d’ensemble',
    greeting: (name) => `${name}, vous pouvez voir et modifier ici ce qui vous concerne.`,
    skip: 'Aller au contenu',
    signOut: 'Se déconnecter',
    cancel: 'Annuler',
    console: { title: 'Console', lead: 'Les applications, les personnes et les connexions de cette organisation.' },
    sections: {
      profile: { title: 'Profil', lead: 'Votre nom, vos coordonnées et la langue que vous lisez.' },
      password: {
        title: 'Mot de passe',
        lead: 'Choisissez un autre mot de passe. Vous serez alors déconnecté partout ailleurs.',
      },
      passkeys: {
        title: 'Clés d’accès',
        lead: 'Avec une clé d’accès, vous vous connectez par empreinte, visage, code PIN ou clé de sécurité. Elle ne peut pas être devinée et ne fonctionne que sur ce site.',
      },
      totp: {
        title: 'Connexion en deux étapes',
        lead: 'Une application sur votre téléphone qui affiche un nouveau code toutes les 30 secondes. Il vous est demandé après votre mot de passe.',
      },
      sessions: {
        title: 'Vos connexions',
        lead: 'Les navigateurs dans lesquels vous êtes connecté, et comment vous y déconnecter.',
      },
      applications: { title: 'Applications', lead: 'Ce que vous avez permis aux applications de savoir et de faire.' },
      linked: {
        title: 'Comptes associés',
        lead: 'Les comptes d’autres services avec lesquels vous pouvez vous connecter ici.',
      },
    },
  },
  es: {
    account: 'Su cuenta',
    overview: 'Resumen',
    greeting: (name) => `${name}, aquí puede ver y cambiar lo que le concierne.`,
    skip: 'Ir al contenido',
    signOut: 'Cerrar sesión',
    cancel: 'Cancelar',
    console: { title: 'Consola', lead: 'Las aplicaciones, las personas y las conexiones de esta organización.' },
    sections: {
      profile: { title: 'Perfil', lead: 'Su nombre, sus datos de contacto y el idioma que lee.' },
      password: {
        title: 'Contraseña',
        lead: 'Elija otra contraseña. Se cerrará su sesión en todos los demás lugares.',
      },
      passkeys: {
        title: 'Llaves de acceso',
        lead: 'Con una llave de acceso inicia sesión con la huella, la cara, un PIN o una llave de seguridad. No se puede adivinar y solo funciona en este sitio.',
      },
      totp: {
        title: 'Inicio de sesión en dos pasos',
        lead: 'Una aplicación en su teléfono que muestra un código nuevo cada 30 segundos. Se le pide después de la contraseña.',
      },
      sessions: { title: 'Sus sesiones', lead: 'Los navegadores en los que ha iniciado sesión y cómo cerrarla.' },
      applications: { title: 'Aplicaciones', lead: 'Lo que ha permitido saber y hacer a las aplicaciones.' },
      linked: {
        title: 'Cuentas vinculadas',
        lead: 'Cuentas de otros servicios con las que puede iniciar sesión aquí.',
      },
    },
  },
  ja: {
    account: 'アカウント',
    overview: '概要',
    greeting: (name) => `${name} さん、ここでご自身の情報を確認・変更できます。`,
    skip: '本文へ移動',
    signOut: 'サインアウト',
    cancel: 'キャンセル',
    console: { title: '管理コンソール', lead: 'この組織のアプリケーション、ユーザー、接続を管理します。' },
    sections: {
      profile: { title: 'プロフィール', lead: 'お名前、連絡先、表示言語を変更できます。' },
      password: {
        title: 'パスワード',
        lead: '新しいパスワードを設定します。ほかの場所ではすべてサインアウトされます。',
      },
      passkeys: {
        title: 'パスキー',
        lead: 'パスキーを使うと、指紋、顔、PIN、またはセキュリティキーでサインインできます。推測されることがなく、このサイトでだけ使えます。',
      },
      totp: {
        title: '2 段階サインイン',
        lead: '30 秒ごとに新しいコードを表示するスマートフォンのアプリです。パスワードの後に入力していただきます。',
      },
      sessions: {
        title: 'サインイン中のブラウザー',
        lead: 'サインインしているブラウザーを確認し、サインアウトできます。',
      },
      applications: { title: 'アプリケーション', lead: 'アプリケーションに許可した内容を確認できます。' },
      linked: { title: '連携アカウント', lead: 'ここへのサインインに使える、ほかのサービスのアカウントです。' },
    },
  },
  ar: {
    account: 'حسابك',
    overview: 'نظرة عامة',
    greeting: (name) => `\u2068${name}\u2069، يمكنك هنا الاطلاع على بياناتك وتعديلها.`,
    skip: 'الانتقال إلى المحتوى',
    signOut: 'تسجيل الخروج',
    cancel: 'إلغاء',
    console: { title: 'لوحة التحكم', lead: 'تطبيقات هذه المؤسسة وأشخاصها واتصالاتها.' },
    sections: {
      profile: { title: 'الملف الشخصي', lead: 'اسمك، وكيفية التواصل معك، واللغة التي تقرأ بها.' },
      password: { title: 'كلمة المرور', lead: 'اختر كلمة مرور أخرى. سيتم عندها تسجيل خروجك من كل مكان آخر.' },
      passkeys: {
        title: 'مفاتيح المرور',
        lead: 'بمفتاح المرور تسجّل الدخول ببصمة الإصبع أو الوجه أو رقم PIN أو مفتاح أمان. لا يمكن تخمينه، ولا يعمل إلا على هذا الموقع.',
      },
      totp: {
        title: 'تسجيل الدخول بخطوتين',
        lead: 'تطبيق على هاتفك يعرض رمزًا جديدًا كل 30 ثانية، ويُطلب منك بعد كلمة المرور.',
      },
      sessions: { title: 'جلسات تسجيل الدخول', lead: 'المتصفحات التي سجّلت الدخول فيها، وطريقة تسجيل الخروج منها.' },
      applications: { title: 'التطبيقات', lead: 'ما سمحت للتطبيقات بمعرفته وفعله.' },
      linked: { title: 'الحسابات المرتبطة', lead: 'حسابات لدى جهات أخرى يمكنك تسجيل الدخول بها هنا.' },
    },
  },
})
