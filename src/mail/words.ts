import { words } from '../html/words.ts'

/** What stands before and after the link of a mail. */
export type Letter = { readonly subject: string; readonly before: string; readonly after: string }

/** The letters, by what they are about; `site` is the tenant's name. */
export const mailWords = words(
  {
    reset: (site: string, userName: string): Letter => ({
      subject: `Set a new password at ${site}`,
      before: `Somebody, most likely you, asked to set a new password for ${userName} at ${site}. Follow this link within 30 minutes:`,
      after: 'If it was not you, you need not do anything: your password stays as it is.',
    }),
    elsewhere: (site: string, names: string): Letter => ({
      subject: `Your sign-in at ${site}`,
      before: `Somebody, most likely you, asked to set a new password at ${site}. You have no password there: you sign in with ${names}.`,
      after: 'If it was not you, you need not do anything.',
    }),
    verify: (site: string): Letter => ({
      subject: `Confirm your e-mail address at ${site}`,
      before: `Confirm that this is your address at ${site}. Follow this link within 24 hours:`,
      after: 'If you did not ask for it, you need not do anything: the address is not used then.',
    }),
    signUp: (site: string): Letter => ({
      subject: `Finish signing up at ${site}`,
      before: `Somebody, most likely you, wants to sign up at ${site} with this address. To choose a password and finish, follow this link within 24 hours:`,
      after: 'If it was not you, you need not do anything: there will be no account.',
    }),
    taken: (site: string): Letter => ({
      subject: `Your account at ${site}`,
      before: `Somebody, most likely you, wanted to sign up at ${site} with this address. You have an account there already. If you have forgotten its password, set a new one here:`,
      after: 'If it was not you, you need not do anything.',
    }),
    passwordChanged: (site: string): Letter => ({
      subject: `Your password at ${site} was changed`,
      before: `Your password at ${site} was changed just now.`,
      after: 'If it was not you, set a new password at once, and tell whoever looks after your account.',
    }),
    emailChanged: (site: string): Letter => ({
      subject: `Your e-mail address at ${site} was changed`,
      before: `Your account at ${site} has another e-mail address from now on, and this one is not used any more.`,
      after: 'If it was not you, tell whoever looks after your account at once.',
    }),
  },
  {
    de: {
      reset: (site, userName) => ({
        subject: `Neues Passwort bei ${site}`,
        before: `Jemand, vermutlich Sie, möchte für ${userName} bei ${site} ein neues Passwort setzen. Folgen Sie innerhalb von 30 Minuten diesem Link:`,
        after: 'Falls Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.',
      }),
      elsewhere: (site, names) => ({
        subject: `Ihre Anmeldung bei ${site}`,
        before: `Jemand, vermutlich Sie, möchte bei ${site} ein neues Passwort setzen. Sie haben dort keines: Sie melden sich mit ${names} an.`,
        after: 'Falls Sie das nicht waren, müssen Sie nichts tun.',
      }),
      verify: (site) => ({
        subject: `Bestätigen Sie Ihre E-Mail-Adresse bei ${site}`,
        before: `Bestätigen Sie, dass dies Ihre Adresse bei ${site} ist. Folgen Sie innerhalb von 24 Stunden diesem Link:`,
        after: 'Falls Sie darum nicht gebeten haben, müssen Sie nichts tun: Die Adresse wird dann nicht verwendet.',
      }),
      signUp: (site) => ({
        subject: `Registrierung bei ${site} abschließen`,
        before: `Jemand, vermutlich Sie, möchte sich bei ${site} mit dieser Adresse registrieren. Folgen Sie innerhalb von 24 Stunden diesem Link, um ein Passwort zu wählen:`,
        after: 'Falls Sie das nicht waren, müssen Sie nichts tun: Es entsteht kein Konto.',
      }),
      taken: (site) => ({
        subject: `Ihr Konto bei ${site}`,
        before: `Jemand, vermutlich Sie, wollte sich bei ${site} mit dieser Adresse registrieren. Sie haben dort schon ein Konto. Falls Sie das Passwort vergessen haben, setzen Sie hier ein neues:`,
        after: 'Falls Sie das nicht waren, müssen Sie nichts tun.',
      }),
      passwordChanged: (site) => ({
        subject: `Ihr Passwort bei ${site} wurde geändert`,
        before: `Ihr Passwort bei ${site} wurde soeben geändert.`,
        after:
          'Falls Sie das nicht waren, setzen Sie sofort ein neues und melden Sie sich bei der Stelle, die Ihr Konto betreut.',
      }),
      emailChanged: (site) => ({
        subject: `Ihre E-Mail-Adresse bei ${site} wurde geändert`,
        before: `Ihr Konto bei ${site} hat ab jetzt eine andere E-Mail-Adresse; diese hier wird nicht mehr verwendet.`,
        after: 'Falls Sie das nicht waren, melden Sie sich sofort bei der Stelle, die Ihr Konto betreut.',
      }),
    },
    fr: {
      reset: (site, userName) => ({
        subject: `Nouveau mot de passe pour ${site}`,
        before: `Quelqu’un, sans doute vous, souhaite définir un nouveau mot de passe pour ${userName} sur ${site}. Suivez ce lien dans les 30 minutes :`,
        after: 'Si ce n’était pas vous, vous n’avez rien à faire : votre mot de passe reste le même.',
      }),
      elsewhere: (site, names) => ({
        subject: `Votre connexion à ${site}`,
        before: `Quelqu’un, sans doute vous, souhaite définir un nouveau mot de passe sur ${site}. Vous n’y avez pas de mot de passe : vous vous connectez avec ${names}.`,
        after: 'Si ce n’était pas vous, vous n’avez rien à faire.',
      }),
      verify: (site) => ({
        subject: `Confirmez votre adresse e-mail pour ${site}`,
        before: `Confirmez que cette adresse est la vôtre sur ${site}. Suivez ce lien dans les 24 heures :`,
        after: 'Si vous n’avez rien demandé, vous n’avez rien à faire : l’adresse ne sera pas utilisée.',
      }),
      signUp: (site) => ({
        subject: `Terminez votre inscription à ${site}`,
        before: `Quelqu’un, sans doute vous, souhaite s’inscrire à ${site} avec cette adresse. Pour choisir un mot de passe et terminer, suivez ce lien dans les 24 heures :`,
        after: 'Si ce n’était pas vous, vous n’avez rien à faire : aucun compte ne sera créé.',
      }),
      taken: (site) => ({
        subject: `Votre compte sur ${site}`,
        before: `Quelqu’un, sans doute vous, a voulu s’inscrire à ${site} avec cette adresse. Vous y avez déjà un compte. Si vous avez oublié son mot de passe, définissez-en un nouveau ici :`,
        after: 'Si ce n’était pas vous, vous n’avez rien à faire.',
      }),
      passwordChanged: (site) => ({
        subject: `Votre mot de passe pour ${site} a été modifié`,
        before: `Votre mot de passe pour ${site} vient d’être modifié.`,
        after:
          'Si ce n’était pas vous, définissez-en un nouveau sans attendre et prévenez le responsable de votre compte.',
      }),
      emailChanged: (site) => ({
        subject: `Votre adresse e-mail pour ${site} a été modifiée`,
        before: `Votre compte sur ${site} a désormais une autre adresse e-mail ; celle-ci n’est plus utilisée.`,
        after: 'Si ce n’était pas vous, prévenez sans attendre le responsable de votre compte.',
      }),
    },
    es: {
      reset: (site, userName) => ({
        subject: `Contraseña nueva en ${site}`,
        before: `Alguien, probablemente usted, quiere establecer una contraseña nueva para ${userName} en ${site}. Abra este enlace antes de 30 minutos:`,
        after: 'Si no ha sido usted, no tiene que hacer nada: su contraseña no cambia.',
      }),
      elsewhere: (site, names) => ({
        subject: `Su inicio de sesión en ${site}`,
        before: `Alguien, probablemente usted, quiere establecer una contraseña nueva en ${site}. Allí no tiene contraseña: inicia sesión con ${names}.`,
        after: 'Si no ha sido usted, no tiene que hacer nada.',
      }),
      verify: (site) => ({
        subject: `Confirme su dirección de correo en ${site}`,
        before: `Confirme que esta es su dirección en ${site}. Abra este enlace antes de 24 horas:`,
        after: 'Si no lo ha pedido, no tiene que hacer nada: la dirección no se utilizará.',
      }),
      signUp: (site) => ({
        subject: `Termine su registro en ${site}`,
        before: `Alguien, probablemente usted, quiere registrarse en ${site} con esta dirección. Para elegir una contraseña y terminar, abra este enlace antes de 24 horas:`,
        after: 'Si no ha sido usted, no tiene que hacer nada: no se creará ninguna cuenta.',
      }),
      taken: (site) => ({
        subject: `Su cuenta en ${site}`,
        before: `Alguien, probablemente usted, ha querido registrarse en ${site} con esta dirección. Ya tiene una cuenta allí. Si ha olvidado la contraseña, establezca una nueva aquí:`,
        after: 'Si no ha sido usted, no tiene que hacer nada.',
      }),
      passwordChanged: (site) => ({
        subject: `Se ha cambiado su contraseña en ${site}`,
        before: `Su contraseña en ${site} se acaba de cambiar.`,
        after: 'Si no ha sido usted, establezca otra de inmediato y avise a quien administra su cuenta.',
      }),
      emailChanged: (site) => ({
        subject: `Se ha cambiado su dirección de correo en ${site}`,
        before: `Su cuenta en ${site} tiene desde ahora otra dirección de correo; esta ya no se utiliza.`,
        after: 'Si no ha sido usted, avise de inmediato a quien administra su cuenta.',
      }),
    },
    ja: {
      reset: (site, userName) => ({
        subject: `${site} の新しいパスワード`,
        before: `${site} の ${userName} について、新しいパスワードの設定が求められました。お心当たりがある場合は、30 分以内に次のリンクを開いてください。`,
        after: 'お心当たりがない場合は、何もする必要はありません。パスワードは変わりません。',
      }),
      elsewhere: (site, names) => ({
        subject: `${site} へのサインインについて`,
        before: `${site} で新しいパスワードの設定が求められました。お客様は ${names} でサインインしており、パスワードはありません。`,
        after: 'お心当たりがない場合は、何もする必要はありません。',
      }),
      verify: (site) => ({
        subject: `${site} のメールアドレスの確認`,
        before: `これが ${site} で使うあなたのアドレスであることを確認してください。24 時間以内に次のリンクを開いてください。`,
        after: 'お心当たりがない場合は、何もする必要はありません。アドレスは使用されません。',
      }),
      signUp: (site) => ({
        subject: `${site} への登録を完了してください`,
        before: `このアドレスで ${site} への登録が求められました。パスワードを設定して登録を完了するには、24 時間以内に次のリンクを開いてください。`,
        after: 'お心当たりがない場合は、何もする必要はありません。アカウントは作成されません。',
      }),
      taken: (site) => ({
        subject: `${site} のアカウントについて`,
        before: `このアドレスで ${site} への登録が求められましたが、すでにアカウントがあります。パスワードをお忘れの場合は、次のリンクから新しく設定できます。`,
        after: 'お心当たりがない場合は、何もする必要はありません。',
      }),
      passwordChanged: (site) => ({
        subject: `${site} のパスワードが変更されました`,
        before: `${site} のパスワードが変更されました。`,
        after: 'お心当たりがない場合は、すぐに新しいパスワードを設定し、アカウントの管理者にご連絡ください。',
      }),
      emailChanged: (site) => ({
        subject: `${site} のメールアドレスが変更されました`,
        before: `${site} のアカウントのメールアドレスが変更されました。このアドレスは今後使用されません。`,
        after: 'お心当たりがない場合は、すぐにアカウントの管理者にご連絡ください。',
      }),
    },
    ar: {
      reset: (site, userName) => ({
        subject: `كلمة مرور جديدة في ${site}`,
        before: `طلب شخص ما، على الأرجح أنت، تعيين كلمة مرور جديدة للمستخدم ${userName} في ${site}. افتح هذا الرابط خلال 30 دقيقة:`,
        after: 'إن لم تكن أنت، فلا حاجة لفعل شيء؛ تبقى كلمة مرورك كما هي.',
      }),
      elsewhere: (site, names) => ({
        subject: `تسجيل دخولك إلى ${site}`,
        before: `طلب شخص ما، على الأرجح أنت، تعيين كلمة مرور جديدة في ${site}. ليست لديك كلمة مرور هناك؛ فأنت تسجّل الدخول باستخدام ${names}.`,
        after: 'إن لم تكن أنت، فلا حاجة لفعل شيء.',
      }),
      verify: (site) => ({
        subject: `تأكيد بريدك الإلكتروني في ${site}`,
        before: `أكّد أن هذا العنوان هو عنوانك في ${site}. افتح هذا الرابط خلال 24 ساعة:`,
        after: 'إن لم تطلب ذلك، فلا حاجة لفعل شيء؛ لن يُستخدم العنوان.',
      }),
      signUp: (site) => ({
        subject: `أكمل تسجيلك في ${site}`,
        before: `يريد شخص ما، على الأرجح أنت، التسجيل في ${site} بهذا العنوان. لاختيار كلمة مرور وإكمال التسجيل، افتح هذا الرابط خلال 24 ساعة:`,
        after: 'إن لم تكن أنت، فلا حاجة لفعل شيء؛ لن يُنشأ أي حساب.',
      }),
      taken: (site) => ({
        subject: `حسابك في ${site}`,
        before: `أراد شخص ما، على الأرجح أنت، التسجيل في ${site} بهذا العنوان. لديك حساب هناك بالفعل. إن نسيت كلمة مروره، فعيّن كلمة جديدة هنا:`,
        after: 'إن لم تكن أنت، فلا حاجة لفعل شيء.',
      }),
      passwordChanged: (site) => ({
        subject: `تم تغيير كلمة مرورك في ${site}`,
        before: `تم للتو تغيير كلمة مرورك في ${site}.`,
        after: 'إن لم تكن أنت، فعيّن كلمة مرور جديدة فورًا وأبلغ الجهة المسؤولة عن حسابك.',
      }),
      emailChanged: (site) => ({
        subject: `تم تغيير بريدك الإلكتروني في ${site}`,
        before: `أصبح لحسابك في ${site} عنوان بريد إلكتروني آخر، ولم يعد هذا العنوان مستخدمًا.`,
        after: 'إن لم تكن أنت، فأبلغ الجهة المسؤولة عن حسابك فورًا.',
      }),
    },
  },
)
