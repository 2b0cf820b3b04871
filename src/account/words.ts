import { words } from '../html/words.ts'

const en = {
  account: 'Your account',
  overview: 'Overview',
  greeting: (name: string) => `${name}, here you see and change what concerns you.`,
  skip: 'Skip to content',
  signOut: 'Sign out',
  cancel: 'Cancel',
  sections: {
    profile: { title: 'Profile', lead: 'Your name, how you are reached, and the language that you read.' },
    password: { title: 'Password', lead: 'Choose another password. You are signed out everywhere else then.' },
    sessions: {
      title: 'Where you are signed in',
      lead: 'The browsers in which you are signed in, and a way to end it.',
    },
    applications: { title: 'Applications', lead: 'What you have let applications know and do.' },
    linked: { title: 'Linked accounts', lead: 'Accounts elsewhere with which you can sign in here.' },
  },
  done: {
    saved: 'Your profile was saved.',
    linked: 'We have sent a link to your address. Follow it to confirm that the address is yours.',
    mailed: 'We have sent a link to the new address. It stands in your profile once you have followed that link.',
    password: 'Your password was changed. Everywhere else you were signed out.',
    'session-ended': 'That browser was signed out.',
    'others-ended': 'Every other browser was signed out.',
    withdrawn: 'The application may not do that any more.',
    unlinked: 'The account was unlinked.',
  },
}
export type Done = keyof typeof en.done

export function isDone(name: string | undefined): name is Done {
  return name !== undefined && Object.hasOwn(en.done, name)
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
    sections: {
      profile: { title: 'Profil', lead: 'Ihr Name, wie man Sie erreicht und welche Sprache Sie lesen.' },
      password: { title: 'Passwort', lead: 'Wählen Sie ein neues Passwort. Überall sonst werden Sie dann abgemeldet.' },
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
    done: {
      saved: 'Ihr Profil wurde gespeichert.',
      linked: 'Wir haben einen Link an Ihre Adresse geschickt. Folgen Sie ihm, um sie zu bestätigen.',
      mailed:
        'Wir haben einen Link an die neue Adresse geschickt. Sie steht in Ihrem Profil, sobald Sie ihm gefolgt sind.',
      password: 'Ihr Passwort wurde geändert. Überall sonst wurden Sie abgemeldet.',
      'session-ended': 'Dieser Browser wurde abgemeldet.',
      'others-ended': 'Alle anderen Browser wurden abgemeldet.',
      withdrawn: 'Die Anwendung darf das nicht mehr.',
      unlinked: 'Die Verknüpfung wurde aufgehoben.',
    },
  },
  fr: {
    account: 'Votre compte',
    overview: 'Vue d’ensemble',
    greeting: (name) => `${name}, vous pouvez voir et modifier ici ce qui vous concerne.`,
    skip: 'Aller au contenu',
    signOut: 'Se déconnecter',
    cancel: 'Annuler',
    sections: {
      profile: { title: 'Profil', lead: 'Votre nom, vos coordonnées et la langue que vous lisez.' },
      password: {
        title: 'Mot de passe',
        lead: 'Choisissez un autre mot de passe. Vous serez alors déconnecté partout ailleurs.',
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
    done: {
      saved: 'Votre profil a été enregistré.',
      linked: 'Nous avons envoyé un lien à votre adresse. Suivez-le pour la confirmer.',
      mailed:
        'Nous avons envoyé un lien à la nouvelle adresse. Elle figurera dans votre profil dès que vous l’aurez suivi.',
      password: 'Votre mot de passe a été modifié. Vous avez été déconnecté partout ailleurs.',
      'session-ended': 'Ce navigateur a été déconnecté.',
      'others-ended': 'Tous les autres navigateurs ont été déconnectés.',
      withdrawn: 'L’application n’y est plus autorisée.',
      unlinked: 'Le compte a été dissocié.',
    },
  },
  es: {
    account: 'Su cuenta',
    overview: 'Resumen',
    greeting: (name) => `${name}, aquí puede ver y cambiar lo que le concierne.`,
    skip: 'Ir al contenido',
    signOut: 'Cerrar sesión',
    cancel: 'Cancelar',
    sections: {
      profile: { title: 'Perfil', lead: 'Su nombre, sus datos de contacto y el idioma que lee.' },
      password: {
        title: 'Contraseña',
        lead: 'Elija otra contraseña. Se cerrará su sesión en todos los demás lugares.',
      },
      sessions: { title: 'Sus sesiones', lead: 'Los navegadores en los que ha iniciado sesión y cómo cerrarla.' },
      applications: { title: 'Aplicaciones', lead: 'Lo que ha permitido saber y hacer a las aplicaciones.' },
      linked: {
        title: 'Cuentas vinculadas',
        lead: 'Cuentas de otros servicios con las que puede iniciar sesión aquí.',
      },
    },
    done: {
      saved: 'Se ha guardado su perfil.',
      linked: 'Hemos enviado un enlace a su dirección. Ábralo para confirmarla.',
      mailed: 'Hemos enviado un enlace a la nueva dirección. Figurará en su perfil en cuanto lo haya abierto.',
      password: 'Se ha cambiado su contraseña. Se ha cerrado su sesión en todos los demás lugares.',
      'session-ended': 'Se ha cerrado la sesión en ese navegador.',
      'others-ended': 'Se ha cerrado la sesión en todos los demás navegadores.',
      withdrawn: 'La aplicación ya no tiene ese permiso.',
      unlinked: 'Se ha desvinculado la cuenta.',
    },
  },
  ja: {
    account: 'アカウント',
    overview: '概要',
    greeting: (name) => `${name} さん、ここでご自身の情報を確認・変更できます。`,
    skip: '本文へ移動',
    signOut: 'サインアウト',
    cancel: 'キャンセル',
    sections: {
      profile: { title: 'プロフィール', lead: 'お名前、連絡先、表示言語を変更できます。' },
      password: {
        title: 'パスワード',
        lead: '新しいパスワードを設定します。ほかの場所ではすべてサインアウトされます。',
      },
      sessions: {
        title: 'サインイン中のブラウザー',
        lead: 'サインインしているブラウザーを確認し、サインアウトできます。',
      },
      applications: { title: 'アプリケーション', lead: 'アプリケーションに許可した内容を確認できます。' },
      linked: { title: '連携アカウント', lead: 'ここへのサインインに使える、ほかのサービスのアカウントです。' },
    },
    done: {
      saved: 'プロフィールを保存しました。',
      linked: 'リンクを送信しました。開いてアドレスを確認してください。',
      mailed: '新しいアドレスにリンクを送信しました。リンクを開くと、プロフィールに反映されます。',
      password: 'パスワードを変更しました。ほかの場所ではすべてサインアウトされました。',
      'session-ended': 'そのブラウザーをサインアウトしました。',
      'others-ended': 'ほかのすべてのブラウザーをサインアウトしました。',
      withdrawn: 'アプリケーションの許可を取り消しました。',
      unlinked: 'アカウントの連携を解除しました。',
    },
  },
  ar: {
    account: 'حسابك',
    overview: 'نظرة عامة',
    greeting: (name) => `${name}، يمكنك هنا الاطلاع على بياناتك وتعديلها.`,
    skip: 'الانتقال إلى المحتوى',
    signOut: 'تسجيل الخروج',
    cancel: 'إلغاء',
    sections: {
      profile: { title: 'الملف الشخصي', lead: 'اسمك، وكيفية التواصل معك، واللغة التي تقرأ بها.' },
      password: { title: 'كلمة المرور', lead: 'اختر كلمة مرور أخرى. سيتم عندها تسجيل خروجك من كل مكان آخر.' },
      sessions: { title: 'جلسات تسجيل الدخول', lead: 'المتصفحات التي سجّلت الدخول فيها، وطريقة تسجيل الخروج منها.' },
      applications: { title: 'التطبيقات', lead: 'ما سمحت للتطبيقات بمعرفته وفعله.' },
      linked: { title: 'الحسابات المرتبطة', lead: 'حسابات لدى جهات أخرى يمكنك تسجيل الدخول بها هنا.' },
    },
    done: {
      saved: 'تم حفظ ملفك الشخصي.',
      linked: 'أرسلنا رابطًا إلى عنوانك. افتحه لتأكيد العنوان.',
      mailed: 'أرسلنا رابطًا إلى العنوان الجديد. سيظهر في ملفك الشخصي بعد فتح الرابط.',
      password: 'تم تغيير كلمة المرور، وتم تسجيل خروجك من كل مكان آخر.',
      'session-ended': 'تم تسجيل الخروج من ذلك المتصفح.',
      'others-ended': 'تم تسجيل الخروج من جميع المتصفحات الأخرى.',
      withdrawn: 'لم يعد التطبيق مخوّلًا بذلك.',
      unlinked: 'تم إلغاء ربط الحساب.',
    },
  },
})
