import { words } from '../../html/words.ts'

export const linkedWords = words(
  {
    none: 'No account elsewhere is linked with yours.',
    since: 'Linked since',
    lastSignIn: 'last sign-in',
    unlink: 'Unlink',
    question: (name: string) => `Unlink ${name}?`,
    goes: (name: string) => [
      `You cannot sign in with ${name} any more.`,
      `Whoever is signed in elsewhere by ${name} as you is signed out.`,
    ],
    onlyWay: 'This account is your only way to sign in, so it cannot be unlinked.',
  },
  {
    de: {
      none: 'Kein anderes Konto ist mit Ihrem verknüpft.',
      since: 'Verknüpft seit',
      lastSignIn: 'letzte Anmeldung',
      unlink: 'Verknüpfung aufheben',
      question: (name) => `Verknüpfung mit ${name} aufheben?`,
      goes: (name) => [
        `Sie können sich nicht mehr mit ${name} anmelden.`,
        `Sitzungen, die anderswo mit ${name} begonnen wurden, werden beendet.`,
      ],
      onlyWay: 'Sie können sich nur mit diesem Konto anmelden; die Verknüpfung lässt sich darum nicht aufheben.',
    },
    fr: {
      none: 'Aucun autre compte n’est associé au vôtre.',
      since: 'Associé depuis le',
      lastSignIn: 'dernière connexion',
      unlink: 'Dissocier',
      question: (name) => `Dissocier ${name} ?`,
      goes: (name) => [
        `Vous ne pourrez plus vous connecter avec ${name}.`,
        `Les sessions ouvertes ailleurs avec ${name} seront fermées.`,
      ],
      onlyWay: 'Ce compte est votre seul moyen de vous connecter : il ne peut pas être dissocié.',
    },
    es: {
      none: 'No hay ninguna otra cuenta vinculada con la suya.',
      since: 'Vinculada desde el',
      lastSignIn: 'último inicio de sesión',
      unlink: 'Desvincular',
      question: (name) => `¿Desvincular ${name}?`,
      goes: (name) => [
        `Ya no podrá iniciar sesión con ${name}.`,
        `Se cerrarán las sesiones iniciadas en otros lugares con ${name}.`,
      ],
      onlyWay: 'Esta cuenta es su única forma de iniciar sesión, por lo que no se puede desvincular.',
    },
    ja: {
      none: '連携しているアカウントはありません。',
      since: '連携した日',
      lastSignIn: '最終サインイン',
      unlink: '連携を解除',
      question: (name) => `${name} との連携を解除しますか？`,
      goes: (name) => [
        `${name} ではサインインできなくなります。`,
        `ほかの場所で ${name} を使って始めたセッションは終了します。`,
      ],
      onlyWay: 'サインインの方法がこのアカウントしかないため、連携を解除できません。',
    },
    ar: {
      none: 'لا يوجد حساب آخر مرتبط بحسابك.',
      since: 'مرتبط منذ',
      lastSignIn: 'آخر تسجيل دخول',
      unlink: 'إلغاء الربط',
      question: (name) => `هل تريد إلغاء ربط ${name}؟`,
      goes: (name) => [
        `لن تتمكن من تسجيل الدخول باستخدام ${name} بعد الآن.`,
        `سيتم إنهاء الجلسات التي بدأت في أماكن أخرى باستخدام ${name}.`,
      ],
      onlyWay: 'هذا الحساب هو وسيلتك الوحيدة لتسجيل الدخول، لذا لا يمكن إلغاء ربطه.',
    },
  },
)
