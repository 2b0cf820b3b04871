import { words } from '../../html/words.ts'

/** The pages of a sign-out that an application asked for: what login/words.ts has not. */
export const logoutWords = words(
  {
    question: (gap: string) => `You are signed in as ${gap}. Do you want to sign out?`,
    notInOrder: (gap: string) =>
      `The application sent a request that is not in order: ${gap} You will not be sent back to it.`,
  },
  {
    de: {
      question: (gap) => `Sie sind als ${gap} angemeldet. Möchten Sie sich abmelden?`,
      notInOrder: (gap) =>
        `Die Anwendung hat eine fehlerhafte Anfrage gesendet: ${gap} Sie werden nicht zu ihr zurückgeleitet.`,
    },
    fr: {
      question: (gap) => `Vous êtes connecté en tant que ${gap}. Voulez-vous vous déconnecter\u00a0?`,
      notInOrder: (gap) =>
        `L’application a envoyé une requête incorrecte\u00a0: ${gap} Vous ne serez pas redirigé vers elle.`,
    },
    es: {
      question: (gap) => `Ha iniciado sesión como ${gap}. ¿Desea cerrar la sesión?`,
      notInOrder: (gap) => `La aplicación envió una solicitud incorrecta: ${gap} No se le devolverá a ella.`,
    },
    ja: {
      question: (gap) => `${gap} としてサインインしています。サインアウトしますか？`,
      notInOrder: (gap) =>
        `アプリケーションから正しくないリクエストが送信されました：${gap} アプリケーションには戻りません。`,
    },
    ar: {
      question: (gap) => `لقد سجّلت الدخول باسم ${gap}. هل تريد تسجيل الخروج؟`,
      notInOrder: (gap) => `أرسل التطبيق طلبًا غير سليم: ${gap} ولن تتم إعادتك إليه.`,
    },
  },
)
