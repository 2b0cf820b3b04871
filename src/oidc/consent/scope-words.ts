/** What each scope lets an application know or do, as what "Playground asks to:" goes on with. */
import { isPermission, PERMISSIONS, type Permission } from '../../directory/permissions.ts'
import type { Language } from '../../core/language.ts'
import { words } from '../../html/words.ts'
import { type KnownScope, SCOPES } from '../scope.ts'
import { claimInWords } from './claim-words.ts'

type ScopeWords = Readonly<Record<KnownScope, string>> & {
  readonly permissions: Readonly<Record<Permission, string>>
  readonly onYourBehalf: (gap: string) => string
}

const scopeWords = words<ScopeWords>(
  {
    openid: 'Know that it is you, and recognise you when you come again',
    profile: 'See your profile: your name, user name, picture, language and time zone',
    email: 'See your e-mail address',
    phone: 'See your phone number',
    address: 'See your postal address',
    groups: 'See which groups you are in',
    roles: 'See which roles you hold',
    offline_access: 'Go on doing so while you are away, until you take it back',
    onYourBehalf: (gap) => `On your behalf, as far as you may: ${gap}`,
    permissions: PERMISSIONS,
  },
  {
    de: {
      openid: 'Wissen, dass Sie es sind, und Sie beim nächsten Mal wiedererkennen',
      profile: 'Ihr Profil sehen: Name, Benutzername, Bild, Sprache und Zeitzone',
      email: 'Ihre E-Mail-Adresse sehen',
      phone: 'Ihre Telefonnummer sehen',
      address: 'Ihre Postanschrift sehen',
      groups: 'Sehen, in welchen Gruppen Sie sind',
      roles: 'Sehen, welche Rollen Sie haben',
      offline_access: 'Das auch tun, während Sie abwesend sind, bis Sie es widerrufen',
      onYourBehalf: (gap) => `In Ihrem Namen, soweit Sie es dürfen: ${gap}`,
      permissions: {
        'scim:me': 'Ihren eigenen Benutzer lesen',
        'scim:read': 'Benutzer, Gruppen und Rollen lesen',
        'scim:write': 'Benutzer und Gruppen ändern und lesen, was geändert wurde',
        'roles:write': 'Rollen ändern, und wer sie hat',
        'applications:read': 'Anwendungen lesen',
        'applications:write': 'Anwendungen ändern',
        'connections:read': 'Verbindungen lesen, und was über sie übertragen wurde',
        'connections:write': 'Verbindungen und Bereitstellung ändern: wer eingelassen wird und wohin Passwörter gehen',
        'settings:read': 'SCIM-Token, Benutzerattribute, Passwortrichtlinie, Branding und Signaturschlüssel lesen',
        'settings:write':
          'SCIM-Token, Benutzerattribute, Passwortrichtlinie und Branding ändern und Signaturschlüssel wechseln',
        'tenants:read': 'Mandanten auflisten (nur im Standardmandanten)',
        'tenants:write': 'Mandanten anlegen (nur im Standardmandanten)',
      },
    },
    fr: {
      openid: 'Savoir que c’est vous et vous reconnaître à votre retour',
      profile: 'Voir votre profil\u00a0: nom, nom d’utilisateur, photo, langue et fuseau horaire',
      email: 'Voir votre adresse e-mail',
      phone: 'Voir votre numéro de téléphone',
      address: 'Voir votre adresse postale',
      groups: 'Voir les groupes dont vous faites partie',
      roles: 'Voir les rôles que vous avez',
      offline_access: 'Continuer à le faire en votre absence, jusqu’à ce que vous y mettiez fin',
      onYourBehalf: (gap) => `En votre nom, dans la limite de vos droits\u00a0: ${gap}`,
      permissions: {
        'scim:me': 'Lire votre propre utilisateur',
        'scim:read': 'Lire les utilisateurs, les groupes et les rôles',
        'scim:write': 'Modifier les utilisateurs et les groupes, et lire ce qui a été modifié',
        'roles:write': 'Modifier les rôles et leurs titulaires',
        'applications:read': 'Lire les applications',
        'applications:write': 'Modifier les applications',
        'connections:read': 'Lire les connexions et ce qui a été provisionné par elles',
        'connections:write':
          'Modifier les connexions et le provisionnement\u00a0: qui peut entrer et où vont les mots de passe',
        'settings:read':
          'Lire les jetons SCIM, les attributs des utilisateurs, la politique de mots de passe, l’image de marque et les clés de signature',
        'settings:write':
          'Modifier les jetons SCIM, les attributs des utilisateurs, la politique de mots de passe et l’image de marque, et renouveler les clés de signature',
        'tenants:read': 'Lister les organisations (depuis l’organisation par défaut uniquement)',
        'tenants:write': 'Créer des organisations (depuis l’organisation par défaut uniquement)',
      },
    },
    es: {
      openid: 'Saber que es usted y reconocerle cuando vuelva',
      profile: 'Ver su perfil: nombre, nombre de usuario, imagen, idioma y zona horaria',
      email: 'Ver su dirección de correo electrónico',
      phone: 'Ver su número de teléfono',
      address: 'Ver su dirección postal',
      groups: 'Ver a qué grupos pertenece',
      roles: 'Ver qué roles tiene',
      offline_access: 'Seguir haciéndolo mientras usted no está, hasta que lo revoque',
      onYourBehalf: (gap) => `En su nombre, hasta donde usted pueda: ${gap}`,
      permissions: {
        'scim:me': 'Leer su propio usuario',
        'scim:read': 'Leer usuarios, grupos y roles',
        'scim:write': 'Cambiar usuarios y grupos, y leer lo que se ha cambiado',
        'roles:write': 'Cambiar los roles y quién los tiene',
        'applications:read': 'Leer aplicaciones',
        'applications:write': 'Cambiar aplicaciones',
        'connections:read': 'Leer las conexiones y lo que se ha aprovisionado a través de ellas',
        'connections:write':
          'Cambiar las conexiones y el aprovisionamiento: quién puede entrar y adónde van las contraseñas',
        'settings:read':
          'Leer tokens SCIM, atributos de usuario, la política de contraseñas, la imagen de marca y las claves de firma',
        'settings:write':
          'Cambiar tokens SCIM, atributos de usuario, la política de contraseñas y la imagen de marca, y rotar las claves de firma',
        'tenants:read': 'Enumerar las organizaciones (solo desde la organización predeterminada)',
        'tenants:write': 'Crear organizaciones (solo desde la organización predeterminada)',
      },
    },
    ja: {
      openid: 'あなたであることを確認し、次回以降もあなたを認識すること',
      profile: 'プロフィール（氏名、ユーザー名、写真、言語、タイムゾーン）を参照すること',
      email: 'メールアドレスを参照すること',
      phone: '電話番号を参照すること',
      address: '住所を参照すること',
      groups: '所属しているグループを参照すること',
      roles: '付与されているロールを参照すること',
      offline_access: 'あなたが利用していない間も、取り消されるまでこれらを続けること',
      onYourBehalf: (gap) => `あなたの権限の範囲内で、あなたに代わって次を行うこと：${gap}`,
      permissions: {
        'scim:me': '自分自身のユーザー情報の参照',
        'scim:read': 'ユーザー、グループ、ロールの参照',
        'scim:write': 'ユーザーとグループの変更、および変更内容の参照',
        'roles:write': 'ロールとその割り当ての変更',
        'applications:read': 'アプリケーションの参照',
        'applications:write': 'アプリケーションの変更',
        'connections:read': '接続と、接続を通じたプロビジョニング内容の参照',
        'connections:write': '接続とプロビジョニングの変更（誰を受け入れるか、パスワードをどこへ送るか）',
        'settings:read': 'SCIM トークン、ユーザー属性、パスワードポリシー、ブランディング、署名鍵の参照',
        'settings:write':
          'SCIM トークン、ユーザー属性、パスワードポリシー、ブランディングの変更、および署名鍵のローテーション',
        'tenants:read': 'テナントの一覧表示（既定のテナントのみ）',
        'tenants:write': 'テナントの作成（既定のテナントのみ）',
      },
    },
    ar: {
      openid: 'معرفة أنك أنت، والتعرّف عليك عند عودتك',
      profile: 'الاطلاع على ملفك الشخصي: الاسم واسم المستخدم والصورة واللغة والمنطقة الزمنية',
      email: 'الاطلاع على عنوان بريدك الإلكتروني',
      phone: 'الاطلاع على رقم هاتفك',
      address: 'الاطلاع على عنوانك البريدي',
      groups: 'الاطلاع على المجموعات التي تنتمي إليها',
      roles: 'الاطلاع على الأدوار الممنوحة لك',
      offline_access: 'الاستمرار في ذلك أثناء غيابك إلى أن تلغي الإذن',
      onYourBehalf: (gap) => `نيابةً عنك وفي حدود صلاحياتك: ${gap}`,
      permissions: {
        'scim:me': 'قراءة بيانات المستخدم الخاصة بك',
        'scim:read': 'قراءة المستخدمين والمجموعات والأدوار',
        'scim:write': 'تغيير المستخدمين والمجموعات، وقراءة ما تم تغييره',
        'roles:write': 'تغيير الأدوار ومن يحملها',
        'applications:read': 'قراءة التطبيقات',
        'applications:write': 'تغيير التطبيقات',
        'connections:read': 'قراءة الاتصالات وما تم تزويده عبرها',
        'connections:write': 'تغيير الاتصالات والتزويد: من يُسمح له بالدخول وإلى أين تُرسل كلمات المرور',
        'settings:read': 'قراءة رموز SCIM وسمات المستخدمين وسياسة كلمات المرور والهوية المرئية ومفاتيح التوقيع',
        'settings:write': 'تغيير رموز SCIM وسمات المستخدمين وسياسة كلمات المرور والهوية المرئية، وتدوير مفاتيح التوقيع',
        'tenants:read': 'عرض قائمة المؤسسات (للمؤسسة الافتراضية فقط)',
        'tenants:write': 'إنشاء مؤسسات (للمؤسسة الافتراضية فقط)',
      },
    },
  },
)

/** A scope in the words of the person who is asked; one that nobody knows by its name. */
export function inWords(language: Language, scope: string): string {
  const say = scopeWords(language)
  const known = SCOPES.find((one) => one === scope)
  if (known) return say[known]
  const claim = claimInWords(language, scope)
  if (claim !== undefined) return claim
  return isPermission(scope) ? say.onYourBehalf(say.permissions[scope]) : scope
}
