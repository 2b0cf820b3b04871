import { words } from '../../html/words.ts'

/** The consent page. What scopes mean stands in scope-words.ts. */
export const consentWords = words(
  {
    allowAccess: 'Allow Access',
    asksTo: (gap: string) => `${gap} asks to:`,
    isNew: '(new)',
    allow: 'Allow',
    deny: 'Deny',
    chooseOne: 'Choose Allow or Deny.',
  },
  {
    de: {
      allowAccess: 'Zugriff erlauben',
      asksTo: (gap) => `${gap} möchte:`,
      isNew: '(neu)',
      allow: 'Erlauben',
      deny: 'Ablehnen',
      chooseOne: 'Wählen Sie „Erlauben“ oder „Ablehnen“.',
    },
    fr: {
      allowAccess: 'Autoriser l’accès',
      asksTo: (gap) => `${gap} demande à\u00a0:`,
      isNew: '(nouveau)',
      allow: 'Autoriser',
      deny: 'Refuser',
      chooseOne: 'Choisissez «\u00a0Autoriser\u00a0» ou «\u00a0Refuser\u00a0».',
    },
    es: {
      allowAccess: 'Permitir acceso',
      asksTo: (gap) => `${gap} solicita:`,
      isNew: '(nuevo)',
      allow: 'Permitir',
      deny: 'Denegar',
      chooseOne: 'Elija «Permitir» o «Denegar».',
    },
    ja: {
      allowAccess: 'アクセスの許可',
      asksTo: (gap) => `${gap} が次の許可を求めています。`,
      isNew: '（新規）',
      allow: '許可する',
      deny: '拒否する',
      chooseOne: '「許可する」または「拒否する」を選んでください。',
    },
    ar: {
      allowAccess: 'السماح بالوصول',
      asksTo: (gap) => `يطلب ${gap} الإذن بما يلي:`,
      isNew: '(جديد)',
      allow: 'سماح',
      deny: 'رفض',
      chooseOne: 'اختر «سماح» أو «رفض».',
    },
  },
)
