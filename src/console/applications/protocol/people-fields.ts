/** Fields of the Protocol tab: a setting of ClientMetadata is a line here, or in token-fields.ts. */
import { ADDRESS, choice, type FieldGroup, LINES, SECONDS } from './kinds.ts'

/** What it knows of people, and what they know of it. */
export const PEOPLE_GROUPS: readonly FieldGroup[] = [
  {
    id: 'people',
    title: 'People and claims',
    fields: [
      {
        name: 'firstParty',
        label: 'Consent',
        ...choice('It is ours: nobody is asked', [false, 'It is somebody else’s: people are asked']),
      },
      {
        name: 'subjectType',
        label: 'Subject (sub)',
        ...choice('Public: the user’s ID', ['pairwise', 'Pairwise: another one for each sector']),
        help: 'With pairwise subjects, applications of different hosts cannot compare whom they know.',
      },
      {
        name: 'sectorIdentifierUri',
        label: 'Sector identifier',
        ...ADDRESS,
        help: 'https:// address of a JSON array of all redirect URLs, where those are of several hosts.',
      },
      {
        name: 'defaultMaxAge',
        label: 'Sign in again after (seconds)',
        ...SECONDS,
        help: 'Where the application does not say max_age itself.',
      },
      {
        name: 'claims',
        label: 'Claims of its own',
        kind: 'claims',
        help: 'One a line, such as: cost_center = urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter -> id_token userinfo access_token. Without the arrow: id_token and userinfo.',
      },
    ],
  },
  {
    id: 'logout',
    title: 'Sign-out',
    fields: [
      {
        name: 'postLogoutRedirectUris',
        label: 'Post-logout redirect URLs',
        ...LINES,
        help: 'One a line: where people may be sent after the application signed them out here.',
      },
      {
        name: 'backchannelLogoutUri',
        label: 'Back-channel logout URL',
        ...ADDRESS,
        help: 'Told with a logout token whenever a session ends that signed somebody in to the application.',
      },
      {
        name: 'backchannelLogoutSessionRequired',
        label: 'Session ID in logout tokens',
        ...choice('Sent', [true, 'Sent, and the application needs it']),
      },
      {
        name: 'frontchannelLogoutUri',
        label: 'Front-channel logout URL',
        ...ADDRESS,
        help: 'Opened in a frame when the person signs out in her browser; it is at the server of a redirect URL. Where browsers keep cookies from frames, it does nothing: prefer the back channel.',
      },
      {
        name: 'frontchannelLogoutSessionRequired',
        label: 'Session ID for the front channel',
        ...choice('Sent', [true, 'Sent, and the application needs it']),
      },
    ],
  },
  {
    id: 'about',
    title: 'About the application',
    lead: 'Its logo and links to its pages stand where people sign in to it and are asked what it may know. The logo is fetched by this server and comes from here: no page of ours loads anything from elsewhere.',
    fields: [
      { name: 'clientUri', label: 'Home page', ...ADDRESS },
      { name: 'policyUri', label: 'Privacy policy', ...ADDRESS },
      { name: 'tosUri', label: 'Terms of service', ...ADDRESS },
      {
        name: 'logoUri',
        label: 'Logo',
        ...ADDRESS,
        help: 'Address of a PNG, JPEG or WebP picture of 256 KiB at the most.',
      },
      { name: 'contacts', label: 'Contacts', ...LINES, help: 'One a line, such as e-mail addresses.' },
      {
        name: 'initiateLoginUri',
        label: 'Where a sign-in to it begins',
        ...ADDRESS,
        help: 'https:// address that people are sent to who open the application from here.',
      },
    ],
  },
]
