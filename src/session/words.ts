import { words } from '../html/words.ts'

/** What stands on the page from which applications hear of a sign-out. */
export const signOutWords = words(
  {
    title: 'Signing out',
    told: 'You are signed out here. The applications that you used are being told.',
    onward: 'Continue',
  },
  {
    de: {
      title: 'Sie werden abgemeldet',
      told: 'Hier sind Sie abgemeldet. Die Anwendungen, die Sie benutzt haben, werden gerade benachrichtigt.',
      onward: 'Weiter',
    },
    fr: {
      title: 'Déconnexion en cours',
      told: 'Vous êtes déconnecté ici. Les applications que vous avez utilisées en sont informées.',
      onward: 'Continuer',
    },
    es: {
      title: 'Cerrando la sesión',
      told: 'Su sesión está cerrada aquí. Se está avisando a las aplicaciones que ha utilizado.',
      onward: 'Continuar',
    },
    ja: {
      title: 'サインアウトしています',
      told: 'ここではサインアウトしました。ご利用になったアプリケーションに通知しています。',
      onward: '続ける',
    },
    ar: {
      title: 'جارٍ تسجيل الخروج',
      told: 'تم تسجيل خروجك هنا، ويجري إبلاغ التطبيقات التي استخدمتها.',
      onward: 'متابعة',
    },
  },
)
