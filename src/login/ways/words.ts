import { words } from '../../html/words.ts'

export const wayWords = words(
  { forgot: 'Forgotten password?', signUp: 'Sign up' },
  {
    de: { forgot: 'Passwort vergessen?', signUp: 'Registrieren' },
    fr: { forgot: 'Mot de passe oublié ?', signUp: 'S’inscrire' },
    es: { forgot: '¿Ha olvidado la contraseña?', signUp: 'Registrarse' },
    ja: { forgot: 'パスワードをお忘れですか？', signUp: '新規登録' },
    ar: { forgot: 'هل نسيت كلمة المرور؟', signUp: 'إنشاء حساب' },
  },
)
