import { words } from '../html/words.ts'

const en = {
  saved: 'Your profile was saved.',
  linked: 'We have sent a link to your address. Follow it to confirm that the address is yours.',
  mailed: 'We have sent a link to the new address. It stands in your profile once you have followed that link.',
  password: 'Your password was changed. Everywhere else you were signed out.',
  'session-ended': 'That browser was signed out.',
  'others-ended': 'Every other browser was signed out.',
  withdrawn: 'The application may not do that any more.',
  unlinked: 'The account was unlinked.',
  'account-linked': 'The account was linked. You can sign in with it from now on.',
  'app-removed': 'Your authenticator app was removed.',
  'passkey-saved': 'The passkey was saved.',
  'passkey-removed': 'The passkey was removed.',
}
export type Done = keyof typeof en

export function isDone(name: string | undefined): name is Done {
  return name !== undefined && Object.hasOwn(en, name)
}

/** What was done just before, as the page says that follows. */
export const doneWords = words(en, {
  de: {
    saved: 'Ihr Profil wurde gespeichert.',
    linked: 'Wir haben einen Link an Ihre Adresse geschickt. Folgen Sie ihm, um sie zu bestätigen.',
    mailed:
      'Wir haben einen Link an die neue Adresse geschickt. Sie steht in Ihrem Profil, sobald Sie ihm gefolgt sind.',
    password: 'Ihr Passwort wurde geändert. Überall sonst wurden Sie abgemeldet.',
    'session-ended': 'Dieser Browser wurde abgemeldet.',
    'others-ended': 'Alle anderen Browser wurden abgemeldet.',
    withdrawn: 'Die Anwendung darf das nicht mehr.',
    unlinked: 'Die Verknüpfung wurde aufgehoben.',
    'account-linked': 'Das Konto wurde verknüpft. Sie können sich ab jetzt damit anmelden.',
    'app-removed': 'Ihre Authenticator-App wurde entfernt.',
    'passkey-saved': 'Der Passkey wurde gespeichert.',
    'passkey-removed': 'Der Passkey wurde entfernt.',
  },
  fr: {
    saved: 'Votre profil a été enregistré.',
    linked: 'Nous avons envoyé un lien à votre adresse. Suivez-le pour la confirmer.',
    mailed:
      'Nous avons envoyé un lien à la nouvelle adresse. Elle figurera dans votre profil dès que vous l’aurez suivi.',
    password: 'Votre mot de passe a été modifié. Vous avez été déconnecté partout ailleurs.',
    'session-ended': 'Ce navigateur a été déconnecté.',
    'others-ended': 'Tous les autres navigateurs ont été déconnectés.',
    withdrawn: 'L’application n’y est plus autorisée.',
    unlinked: 'Le compte a été dissocié.',
    'account-linked': 'Le compte a été associé. Vous pouvez désormais vous connecter avec lui.',
    'app-removed': 'Votre application d’authentification a été supprimée.',
    'passkey-saved': 'La clé d’accès a été enregistrée.',
    'passkey-removed': 'La clé d’accès a été supprimée.',
  },
  es: {
    saved: 'Se ha guardado su perfil.',
    linked: 'Hemos enviado un enlace a su dirección. Ábralo para confirmarla.',
    mailed: 'Hemos enviado un enlace a la nueva dirección. Figurará en su perfil en cuanto lo haya abierto.',
    password: 'Se ha cambiado su contraseña. Se ha cerrado su sesión en todos los demás lugares.',
    'session-ended': 'Se ha cerrado la sesión en ese navegador.',
    'others-ended': 'Se ha cerrado la sesión en todos los demás navegadores.',
    withdrawn: 'La aplicación ya no tiene ese permiso.',
    unlinked: 'Se ha desvinculado la cuenta.',
    'account-linked': 'Se ha vinculado la cuenta. Ya puede iniciar sesión con ella.',
    'app-removed': 'Se ha quitado su aplicación de autenticación.',
    'passkey-saved': 'Se ha guardado la llave de acceso.',
    'passkey-removed': 'Se ha quitado la llave de acceso.',
  },
  ja: {
    saved: 'プロフィールを保存しました。',
    linked: 'リンクを送信しました。開いてアドレスを確認してください。',
    mailed: '新しいアドレスにリンクを送信しました。リンクを開くと、プロフィールに反映されます。',
    password: 'パスワードを変更しました。ほかの場所ではすべてサインアウトされました。',
    'session-ended': 'そのブラウザーをサインアウトしました。',
    'others-ended': 'ほかのすべてのブラウザーをサインアウトしました。',
    withdrawn: 'アプリケーションの許可を取り消しました。',
    unlinked: 'アカウントの連携を解除しました。',
    'account-linked': 'アカウントを連携しました。今後はこのアカウントでサインインできます。',
    'app-removed': '認証アプリを削除しました。',
    'passkey-saved': 'パスキーを保存しました。',
    'passkey-removed': 'パスキーを削除しました。',
  },
  ar: {
    saved: 'تم حفظ ملفك الشخصي.',
    linked: 'أرسلنا رابطًا إلى عنوانك. افتحه لتأكيد العنوان.',
    mailed: 'أرسلنا رابطًا إلى العنوان الجديد. سيظهر في ملفك الشخصي بعد فتح الرابط.',
    password: 'تم تغيير كلمة المرور، وتم تسجيل خروجك من كل مكان آخر.',
    'session-ended': 'تم تسجيل الخروج من ذلك المتصفح.',
    'others-ended': 'تم تسجيل الخروج من جميع المتصفحات الأخرى.',
    withdrawn: 'لم يعد التطبيق مخوّلًا بذلك.',
    unlinked: 'تم إلغاء ربط الحساب.',
    'account-linked': 'تم ربط الحساب. يمكنك تسجيل الدخول به من الآن فصاعدًا.',
    'app-removed': 'تمت إزالة تطبيق المصادقة.',
    'passkey-saved': 'تم حفظ مفتاح المرور.',
    'passkey-removed': 'تمت إزالة مفتاح المرور.',
  },
})
