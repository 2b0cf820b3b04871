import { words } from '../../html/words.ts'

/** One’s own authenticator app. */
export const totpWords = words(
  {
    isOn: 'Your authenticator app is on.',
    since: 'Since',
    lastUsed: 'Last used',
    remove: 'Remove',
    question: 'Remove the authenticator app?',
    goes: 'You are not asked for its codes any more. Remove the entry in the app yourself.',
  },
  {
    de: {
      isOn: 'Ihre Authenticator-App ist eingeschaltet.',
      since: 'Seit',
      lastUsed: 'Zuletzt verwendet',
      remove: 'Entfernen',
      question: 'Die Authenticator-App entfernen?',
      goes: 'Nach ihren Codes wird nicht mehr gefragt. Den Eintrag in der App entfernen Sie selbst.',
    },
    fr: {
      isOn: 'Votre application d’authentification est activée.',
      since: 'Depuis',
      lastUsed: 'Dernière utilisation',
      remove: 'Supprimer',
      question: 'Supprimer l’application d’authentification ?',
      goes: 'Ses codes ne vous seront plus demandés. Supprimez vous-même l’entrée dans l’application.',
    },
    es: {
      isOn: 'Su aplicación de autenticación está activada.',
      since: 'Desde',
      lastUsed: 'Último uso',
      remove: 'Quitar',
      question: '¿Quitar la aplicación de autenticación?',
      goes: 'Ya no se le pedirán sus códigos. Quite usted mismo la entrada en la aplicación.',
    },
    ja: {
      isOn: '認証アプリは有効です。',
      since: '設定日',
      lastUsed: '最終使用日',
      remove: '削除',
      question: '認証アプリを削除しますか？',
      goes: '今後はコードの入力が不要になります。アプリ側の項目はご自身で削除してください。',
    },
    ar: {
      isOn: 'تطبيق المصادقة مفعّل.',
      since: 'منذ',
      lastUsed: 'آخر استخدام',
      remove: 'إزالة',
      question: 'هل تريد إزالة تطبيق المصادقة؟',
      goes: 'لن تُطلب رموزه بعد الآن. احذف المدخل في التطبيق بنفسك.',
    },
  },
)
