import { words } from '../../html/words.ts'

/** The authenticator app and the recovery codes, on the pages of the account and while signing in. */
export const factorWords = words(
  {
    appTitle: 'Authenticator app',
    appScan: 'Scan this with the app.',
    appImage: 'QR code with the key for your authenticator app',
    appKey: 'Or type this key into it:',
    appCode: 'The code that the app shows now',
    appConfirm: 'Turn on',
    wrongCode: 'The code is wrong. Check the clock of your phone, and type the code that is shown now.',
    expired: 'This page is too old. Scan the new code.',
    thereAlready: 'An authenticator app is on already.',
    codesTitle: 'Recovery codes',
    codesShown:
      'Keep these codes in a safe place. They are shown this once; each lets you in once when your phone or your passkey is lost.',
    continue: 'Continue',
  },
  {
    de: {
      appTitle: 'Authenticator-App',
      appScan: 'Scannen Sie dies mit der App.',
      appImage: 'QR-Code mit dem Schlüssel für Ihre Authenticator-App',
      appKey: 'Oder geben Sie diesen Schlüssel dort ein:',
      appCode: 'Der Code, den die App jetzt zeigt',
      appConfirm: 'Einschalten',
      wrongCode:
        'Der Code ist falsch. Prüfen Sie die Uhr Ihres Telefons und geben Sie den Code ein, der jetzt gezeigt wird.',
      expired: 'Diese Seite ist zu alt. Scannen Sie den neuen Code.',
      thereAlready: 'Eine Authenticator-App ist schon eingeschaltet.',
      codesTitle: 'Wiederherstellungs\u00ADcodes',
      codesShown:
        'Bewahren Sie diese Codes sicher auf. Sie werden nur dieses eine Mal gezeigt; mit jedem kommen Sie einmal hinein, wenn Ihr Telefon oder Ihr Passkey verloren ist.',
      continue: 'Weiter',
    },
    fr: {
      appTitle: 'Application d’authentification',
      appScan: 'Scannez ceci avec l’application.',
      appImage: 'Code QR contenant la clé pour votre application d’authentification',
      appKey: 'Ou saisissez-y cette clé :',
      appCode: 'Le code que l’application affiche maintenant',
      appConfirm: 'Activer',
      wrongCode: 'Le code est incorrect. Vérifiez l’heure de votre téléphone et saisissez le code affiché maintenant.',
      expired: 'Cette page est trop ancienne. Scannez le nouveau code.',
      thereAlready: 'Une application d’authentification est déjà activée.',
      codesTitle: 'Codes de secours',
      codesShown:
        'Conservez ces codes en lieu sûr. Ils ne sont affichés que cette fois ; chacun vous permet d’entrer une fois si votre téléphone ou votre clé d’accès est perdu.',
      continue: 'Continuer',
    },
    es: {
      appTitle: 'Aplicación de autenticación',
      appScan: 'Escanee esto con la aplicación.',
      appImage: 'Código QR con la clave para su aplicación de autenticación',
      appKey: 'O escriba esta clave en ella:',
      appCode: 'El código que la aplicación muestra ahora',
      appConfirm: 'Activar',
      wrongCode: 'El código es incorrecto. Compruebe la hora de su teléfono y escriba el código que se muestra ahora.',
      expired: 'Esta página es demasiado antigua. Escanee el código nuevo.',
      thereAlready: 'Ya hay una aplicación de autenticación activada.',
      codesTitle: 'Códigos de recuperación',
      codesShown:
        'Guarde estos códigos en un lugar seguro. Solo se muestran esta vez; cada uno le permite entrar una vez si pierde el teléfono o la llave de acceso.',
      continue: 'Continuar',
    },
    ja: {
      appTitle: '認証アプリ',
      appScan: 'アプリで読み取ってください。',
      appImage: '認証アプリ用のキーを含む QR コード',
      appKey: 'または、このキーをアプリに入力してください。',
      appCode: 'アプリに今表示されているコード',
      appConfirm: '有効にする',
      wrongCode: 'コードが正しくありません。スマートフォンの時計を確認し、今表示されているコードを入力してください。',
      expired: 'このページの有効期限が切れました。新しいコードを読み取ってください。',
      thereAlready: '認証アプリはすでに有効です。',
      codesTitle: '回復コード',
      codesShown:
        'これらのコードを安全な場所に保管してください。表示されるのは今回だけです。スマートフォンやパスキーをなくしたとき、それぞれ一度だけサインインに使えます。',
      continue: '続ける',
    },
    ar: {
      appTitle: 'تطبيق المصادقة',
      appScan: 'امسح هذا بالتطبيق.',
      appImage: 'رمز QR يحمل المفتاح لتطبيق المصادقة',
      appKey: 'أو اكتب هذا المفتاح فيه:',
      appCode: 'الرمز الذي يعرضه التطبيق الآن',
      appConfirm: 'تفعيل',
      wrongCode: 'الرمز غير صحيح. تحقق من ساعة هاتفك واكتب الرمز الظاهر الآن.',
      expired: 'هذه الصفحة قديمة. امسح الرمز الجديد.',
      thereAlready: 'تطبيق المصادقة مفعّل بالفعل.',
      codesTitle: 'رموز الاسترداد',
      codesShown:
        'احفظ هذه الرموز في مكان آمن. تُعرض هذه المرة فقط، وكل رمز يتيح لك الدخول مرة واحدة إذا فقدت هاتفك أو مفتاح المرور.',
      continue: 'متابعة',
    },
  },
)
export type FactorWords = ReturnType<typeof factorWords>
