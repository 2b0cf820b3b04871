import { words } from '../words.ts'

/** The links at the foot of a tenant's pages. */
export const brandingWords = words(
  { support: 'Help', privacy: 'Privacy', terms: 'Terms' },
  {
    de: { support: 'Hilfe', privacy: 'Datenschutz', terms: 'Nutzungsbedingungen' },
    fr: { support: 'Aide', privacy: 'Confidentialité', terms: 'Conditions d’utilisation' },
    es: { support: 'Ayuda', privacy: 'Privacidad', terms: 'Condiciones' },
    ja: { support: 'ヘルプ', privacy: 'プライバシー', terms: '利用規約' },
    ar: { support: 'المساعدة', privacy: 'الخصوصية', terms: 'الشروط' },
  },
)
