import { words } from '../../html/words.ts'

export const applicationWords = words(
  {
    none: 'No application has asked for your consent yet.',
    since: 'Since',
    withdraw: 'Withdraw',
    open: (application: string) => `Open ${application}`,
    question: (application: string) => `Withdraw what ${application} may do?`,
    goes: (application: string) => [
      `${application} cannot read your data here any more, and asks you again the next time.`,
      'What it has received already stays with it: ask there to have that deleted.',
    ],
  },
  {
    de: {
      none: 'Noch keine Anwendung hat um Ihre Zustimmung gebeten.',
      since: 'Seit',
      withdraw: 'Widerrufen',
      open: (application) => `${application} öffnen`,
      question: (application) => `Widerrufen, was ${application} darf?`,
      goes: (application) => [
        `${application} kann Ihre Daten hier nicht mehr lesen und fragt Sie beim nächsten Mal wieder.`,
        'Was die Anwendung schon erhalten hat, bleibt bei ihr: Bitten Sie dort um Löschung.',
      ],
    },
    fr: {
      none: 'Aucune application n’a encore demandé votre accord.',
      since: 'Depuis le',
      withdraw: 'Révoquer',
      open: (application) => `Ouvrir ${application}`,
      question: (application) => `Révoquer ce que ${application} peut faire ?`,
      goes: (application) => [
        `${application} ne peut plus lire vos données ici et vous redemandera votre accord la prochaine fois.`,
        'Elle conserve ce qu’elle a déjà reçu : demandez-lui de l’effacer.',
      ],
    },
    es: {
      none: 'Ninguna aplicación le ha pedido todavía su consentimiento.',
      since: 'Desde el',
      withdraw: 'Retirar',
      open: (application) => `Abrir ${application}`,
      question: (application) => `¿Retirar lo que puede hacer ${application}?`,
      goes: (application) => [
        `${application} ya no podrá leer sus datos aquí y volverá a preguntarle la próxima vez.`,
        'Lo que ya ha recibido queda en su poder: pídale allí que lo elimine.',
      ],
    },
    ja: {
      none: '同意を求めたアプリケーションはまだありません。',
      since: '許可した日',
      withdraw: '取り消す',
      open: (application) => `${application} を開く`,
      question: (application) => `${application} への許可を取り消しますか？`,
      goes: (application) => [
        `${application} はここにあるあなたのデータを読み取れなくなり、次回あらためて同意を求めます。`,
        'すでに渡されたデータは先方に残ります。削除は先方にご依頼ください。',
      ],
    },
    ar: {
      none: 'لم يطلب أي تطبيق موافقتك بعد.',
      since: 'منذ',
      withdraw: 'سحب الموافقة',
      open: (application) => `فتح \u2068${application}\u2069`,
      question: (application) => `هل تريد سحب ما سُمح به لـ \u2068${application}\u2069؟`,
      goes: (application) => [
        `لن يتمكن \u2068${application}\u2069 من قراءة بياناتك هنا بعد الآن، وسيطلب موافقتك مجددًا في المرة القادمة.`,
        'ما حصل عليه من قبل يبقى لديه؛ اطلب حذفه من هناك.',
      ],
    },
  },
)
