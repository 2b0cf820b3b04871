import { words } from '../html/words.ts'

/** Between an application and its person: the way back, and requests that cannot be answered. */
export const oidcWords = words(
  {
    almostThere: 'Almost there',
    continue: 'Continue',
    cannotBeAnswered: 'The application sent a request that cannot be answered:',
    pushedIsOver: 'The request that the application pushed is unknown, was used already, or has expired.',
    requestIsOver: 'This sign-in was not begun in this browser, has ended already, or took too long.',
    hasEnded: 'This sign-in has ended already.',
    mayNotReturn: 'The application may not send people back to where it asked for.',
  },
  {
    de: {
      almostThere: 'Fast geschafft',
      continue: 'Weiter',
      cannotBeAnswered: 'Die Anwendung hat eine Anfrage gesendet, die nicht beantwortet werden kann:',
      pushedIsOver:
        'Die Anfrage, die die Anwendung hinterlegt hat, ist unbekannt, wurde schon verwendet oder ist abgelaufen.',
      requestIsOver:
        'Diese Anmeldung wurde nicht in diesem Browser begonnen, ist schon beendet oder hat zu lange gedauert.',
      hasEnded: 'Diese Anmeldung ist schon beendet.',
      mayNotReturn: 'Die Anwendung darf niemanden dorthin zurückleiten, wohin sie möchte.',
    },
    fr: {
      almostThere: 'Vous y êtes presque',
      continue: 'Continuer',
      cannotBeAnswered: 'L’application a envoyé une requête à laquelle il n’est pas possible de répondre\u00a0:',
      pushedIsOver: 'La requête déposée par l’application est inconnue, a déjà été utilisée ou a expiré.',
      requestIsOver:
        'Cette connexion n’a pas été commencée dans ce navigateur, est déjà terminée ou a pris trop de temps.',
      hasEnded: 'Cette connexion est déjà terminée.',
      mayNotReturn: 'L’application n’a pas le droit de renvoyer vers l’adresse qu’elle a demandée.',
    },
    es: {
      almostThere: 'Ya casi está',
      continue: 'Continuar',
      cannotBeAnswered: 'La aplicación envió una solicitud que no se puede responder:',
      pushedIsOver: 'La solicitud que registró la aplicación es desconocida, ya se ha utilizado o ha caducado.',
      requestIsOver: 'Este inicio de sesión no se comenzó en este navegador, ya ha terminado o ha tardado demasiado.',
      hasEnded: 'Este inicio de sesión ya ha terminado.',
      mayNotReturn: 'La aplicación no puede enviar a nadie de vuelta a la dirección que pidió.',
    },
    ja: {
      almostThere: 'もう少しで完了です',
      continue: '続ける',
      cannotBeAnswered: 'アプリケーションから、応答できないリクエストが送信されました：',
      pushedIsOver:
        'アプリケーションが事前に登録したリクエストは、不明であるか、使用済みであるか、期限が切れています。',
      requestIsOver:
        'このサインインは、このブラウザーで始められていないか、すでに終了しているか、時間がかかりすぎました。',
      hasEnded: 'このサインインはすでに終了しています。',
      mayNotReturn: 'このアプリケーションは、要求された戻り先に利用者を戻すことを許可されていません。',
    },
    ar: {
      almostThere: 'أوشكنا على الانتهاء',
      continue: 'متابعة',
      cannotBeAnswered: 'أرسل التطبيق طلبًا لا يمكن الرد عليه:',
      pushedIsOver: 'الطلب الذي أودعه التطبيق غير معروف، أو استُخدم من قبل، أو انتهت صلاحيته.',
      requestIsOver: 'لم يبدأ تسجيل الدخول هذا في هذا المتصفح، أو انتهى بالفعل، أو استغرق وقتًا طويلًا.',
      hasEnded: 'انتهى تسجيل الدخول هذا بالفعل.',
      mayNotReturn: 'لا يُسمح للتطبيق بإعادة المستخدمين إلى العنوان الذي طلبه.',
    },
  },
)
