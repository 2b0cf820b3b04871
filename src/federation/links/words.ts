import { words } from '../../html/words.ts'

/** Why an account elsewhere was not linked with one's own. `name` is the connection's. */
export const linkWords = words(
  {
    notLinked: 'Account not linked',
    back: 'Back to your account',
    taken: (name: string) => `This account at ${name} is linked with another account here already.`,
    chooseAnother: (name: string) => `Sign in at ${name} with another account, or unlink it there first.`,
    another: (name: string) => `Another account at ${name} is linked with yours already.`,
    unlinkFirst: 'Unlink that one first.',
    otherSession: 'You are not signed in any more as you were when this began, so nothing was linked.',
    signInAgain: 'Sign in and begin again.',
    tryAgain: 'Nothing was linked. Try again; if it happens again, tell your administrator.',
  },
  {
    de: {
      notLinked: 'Konto nicht verknüpft',
      back: 'Zurück zu Ihrem Konto',
      taken: (name) => `Dieses Konto bei ${name} ist hier schon mit einem anderen Konto verknüpft.`,
      chooseAnother: (name) =>
        `Melden Sie sich bei ${name} mit einem anderen Konto an, oder heben Sie die Verknüpfung dort zuerst auf.`,
      another: (name) => `Ein anderes Konto bei ${name} ist schon mit Ihrem verknüpft.`,
      unlinkFirst: 'Heben Sie jene Verknüpfung zuerst auf.',
      otherSession: 'Sie sind nicht mehr so angemeldet wie zu Beginn, deshalb wurde nichts verknüpft.',
      signInAgain: 'Melden Sie sich an und beginnen Sie von vorn.',
      tryAgain:
        'Es wurde nichts verknüpft. Versuchen Sie es noch einmal. Wenn es wieder geschieht, sagen Sie Ihrer Administration Bescheid.',
    },
    fr: {
      notLinked: 'Compte non associé',
      back: 'Retour à votre compte',
      taken: (name) => `Ce compte ${name} est déjà associé à un autre compte ici.`,
      chooseAnother: (name) =>
        `Connectez-vous à ${name} avec un autre compte, ou dissociez-le d’abord de cet autre compte.`,
      another: (name) => `Un autre compte ${name} est déjà associé au vôtre.`,
      unlinkFirst: 'Dissociez-le d’abord.',
      otherSession: 'Vous n’êtes plus connecté comme au début : rien n’a été associé.',
      signInAgain: 'Connectez-vous et recommencez.',
      tryAgain: 'Rien n’a été associé. Réessayez ; si cela se reproduit, prévenez votre administrateur.',
    },
    es: {
      notLinked: 'Cuenta no vinculada',
      back: 'Volver a su cuenta',
      taken: (name) => `Esta cuenta de ${name} ya está vinculada con otra cuenta de aquí.`,
      chooseAnother: (name) =>
        `Inicie sesión en ${name} con otra cuenta, o desvincúlela primero de la cuenta en la que está.`,
      another: (name) => `Ya hay otra cuenta de ${name} vinculada con la suya.`,
      unlinkFirst: 'Desvincúlela primero.',
      otherSession: 'Ya no tiene la sesión iniciada como al principio, por lo que no se ha vinculado nada.',
      signInAgain: 'Inicie sesión y empiece de nuevo.',
      tryAgain: 'No se ha vinculado nada. Inténtelo de nuevo; si vuelve a ocurrir, avise a su administrador.',
    },
    ja: {
      notLinked: 'アカウントは連携されていません',
      back: 'アカウントに戻る',
      taken: (name) => `この ${name} のアカウントは、すでにここの別のアカウントと連携しています。`,
      chooseAnother: (name) => `${name} で別のアカウントを使ってサインインするか、先にそちらで連携を解除してください。`,
      another: (name) => `${name} の別のアカウントが、すでにあなたのアカウントと連携しています。`,
      unlinkFirst: '先にその連携を解除してください。',
      otherSession: '開始したときのサインインの状態ではなくなったため、連携しませんでした。',
      signInAgain: 'サインインして、もう一度はじめからお試しください。',
      tryAgain: '連携は行われていません。もう一度お試しください。繰り返し発生する場合は、管理者にお知らせください。',
    },
    ar: {
      notLinked: 'لم يتم ربط الحساب',
      back: 'العودة إلى حسابك',
      taken: (name) => `هذا الحساب لدى \u2068${name}\u2069 مرتبط هنا بحساب آخر بالفعل.`,
      chooseAnother: (name) => `سجّل الدخول لدى \u2068${name}\u2069 بحساب آخر، أو ألغِ ربطه هناك أولًا.`,
      another: (name) => `هناك حساب آخر لدى \u2068${name}\u2069 مرتبط بحسابك بالفعل.`,
      unlinkFirst: 'ألغِ ربطه أولًا.',
      otherSession: 'لم تعد مسجّل الدخول كما كنت عند البدء، لذلك لم يتم ربط أي شيء.',
      signInAgain: 'سجّل الدخول وابدأ من جديد.',
      tryAgain: 'لم يتم ربط أي شيء. حاول مرة أخرى، وإذا تكرر ذلك فأبلغ المسؤول لديك.',
    },
  },
)
