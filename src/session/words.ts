import { words } from '../html/words.ts'

/** What stands on the page from which applications hear of a sign-out. */
export const signOutWords = words(
  {
    title: 'Signing out',
    told: 'You are signed out here. The applications that you used are being told.',
    alsoThere: 'You are signed out here. You are being signed out where you signed in as well.',
    onward: 'Continue',
  },
  {
    de: {
      title: 'Sie werden abgemeldet',
      told: 'Hier sind Sie abgemeldet. Die Anwendungen, die Sie benutzt haben, werden gerade benachrichtigt.',
      alsoThere: 'Hier sind Sie abgemeldet. Sie werden auch dort abgemeldet, wo Sie sich angemeldet haben.',
      onward: 'Weiter',
    },
    fr: {
      title: 'Déconnexion en cours',
      told: 'Vous êtes déconnecté ici. Les applications que vous avez utilisées en sont informées.',
      alsoThere: 'Vous êtes déconnecté ici. Vous allez aussi être déconnecté là où vous vous êtes connecté.',
      onward: 'Continuer',
    },
    es: {
      title: 'Cerrando la sesión',
      told: 'Su sesión está cerrada aquí. Se está avisando a las aplicaciones que ha utilizado.',
      alsoThere: 'Su sesión está cerrada aquí. También se va a cerrar donde la inició.',
      onward: 'Continuar',
    },
    ja: {
      title: 'サインアウトしています',
      told: 'ここではサインアウトしました。ご利用になったアプリケーションに通知しています。',
      alsoThere: 'ここではサインアウトしました。続けて、サインインに使われたサービスからもサインアウトします。',
      onward: '続ける',
    },
    ar: {
      title: 'جارٍ تسجيل الخروج',
      told: 'تم تسجيل خروجك هنا، ويجري إبلاغ التطبيقات التي استخدمتها.',
      alsoThere: 'تم تسجيل خروجك هنا، ويجري تسجيل خروجك أيضًا من حيث سجّلت الدخول.',
      onward: 'متابعة',
    },
  },
)
