import { words } from '../../html/words.ts'

/** Passkeys, on the pages of the account and while signing in. */
export const passkeyWords = words(
  {
    keyAdd: 'Add a passkey',
    keyDefaultName: 'Passkey',
    keyFailed: 'No passkey was made. Try again.',
    keyKnown: 'This passkey is registered already.',
    keyMissing: 'This browser knows no passkeys.',
    keyScript: 'Passkeys need JavaScript, which this browser does not run.',
    signInWith: 'Sign in with a passkey',
  },
  {
    de: {
      keyAdd: 'Passkey hinzufügen',
      keyDefaultName: 'Passkey',
      keyFailed: 'Es wurde kein Passkey erzeugt. Versuchen Sie es noch einmal.',
      keyKnown: 'Dieser Passkey ist schon registriert.',
      keyMissing: 'Dieser Browser kennt keine Passkeys.',
      keyScript: 'Passkeys brauchen JavaScript, das in diesem Browser nicht läuft.',
      signInWith: 'Mit einem Passkey anmelden',
    },
    fr: {
      keyAdd: 'Ajouter une clé d’accès',
      keyDefaultName: 'Clé d’accès',
      keyFailed: 'Aucune clé d’accès n’a été créée. Réessayez.',
      keyKnown: 'Cette clé d’accès est déjà enregistrée.',
      keyMissing: 'Ce navigateur ne connaît pas les clés d’accès.',
      keyScript: 'Les clés d’accès nécessitent JavaScript, que ce navigateur n’exécute pas.',
      signInWith: 'Se connecter avec une clé d’accès',
    },
    es: {
      keyAdd: 'Añadir una llave de acceso',
      keyDefaultName: 'Llave de acceso',
      keyFailed: 'No se ha creado ninguna llave de acceso. Inténtelo de nuevo.',
      keyKnown: 'Esta llave de acceso ya está registrada.',
      keyMissing: 'Este navegador no admite llaves de acceso.',
      keyScript: 'Las llaves de acceso necesitan JavaScript, que este navegador no ejecuta.',
      signInWith: 'Iniciar sesión con una llave de acceso',
    },
    ja: {
      keyAdd: 'パスキーを追加する',
      keyDefaultName: 'パスキー',
      keyFailed: 'パスキーを作成できませんでした。もう一度お試しください。',
      keyKnown: 'このパスキーはすでに登録されています。',
      keyMissing: 'このブラウザーはパスキーに対応していません。',
      keyScript: 'パスキーには JavaScript が必要ですが、このブラウザーでは動作していません。',
      signInWith: 'パスキーでサインイン',
    },
    ar: {
      keyAdd: 'إضافة مفتاح مرور',
      keyDefaultName: 'مفتاح مرور',
      keyFailed: 'لم يُنشأ مفتاح مرور. أعد المحاولة.',
      keyKnown: 'مفتاح المرور هذا مسجّل بالفعل.',
      keyMissing: 'هذا المتصفح لا يدعم مفاتيح المرور.',
      keyScript: 'تحتاج مفاتيح المرور إلى JavaScript، وهي غير مفعّلة في هذا المتصفح.',
      signInWith: 'تسجيل الدخول بمفتاح مرور',
    },
  },
)
