/** Providers without OpenID Connect: their user endpoint says who came (federation/upstream/users). */
import { addressOf, type Preset } from './preset.ts'

const GRAPH = 'v23.0'

export const OAUTH_PRESETS = {
  github: {
    label: 'GitHub',
    fields: [
      {
        name: 'domain',
        label: 'GitHub Enterprise host',
        isRequired: false,
        placeholder: 'github.com',
        help: 'Left empty: github.com.',
      },
    ],
    registration: 'GitHub, Settings, Developer settings, OAuth Apps: “Authorization callback URL”.',
    scopes: ['read:user', 'user:email'],
    settingsAt: ({ domain = 'github.com' }) => {
      const server = addressOf(domain)
      return {
        type: 'oauth2',
        // What GitHub calls itself in the answer to the browser (RFC 9207).
        issuer: `${server}/login/oauth`,
        authorizationEndpoint: `${server}/login/oauth/authorize`,
        tokenEndpoint: `${server}/login/oauth/access_token`,
        userinfoEndpoint: `${githubApi(server)}/user`,
      }
    },
  },
  facebook: {
    label: 'Facebook',
    fields: [],
    registration: 'Meta for Developers, the app’s Facebook Login settings: “Valid OAuth Redirect URIs”.',
    scopes: ['public_profile', 'email'],
    settingsAt: () => ({
      type: 'oauth2',
      issuer: 'https://www.facebook.com',
      authorizationEndpoint: `https://www.facebook.com/${GRAPH}/dialog/oauth`,
      tokenEndpoint: `https://graph.facebook.com/${GRAPH}/oauth/access_token`,
      userinfoEndpoint: `https://graph.facebook.com/${GRAPH}/me?fields=id,name,email,first_name,last_name,picture`,
      clientAuthentication: 'client_secret_post',
    }),
  },
  discord: {
    label: 'Discord',
    fields: [],
    registration: 'Discord Developer Portal, the app’s OAuth2 page: “Redirects”.',
    scopes: ['identify', 'email'],
    settingsAt: () => ({
      type: 'oauth2',
      issuer: 'https://discord.com',
      authorizationEndpoint: 'https://discord.com/oauth2/authorize',
      tokenEndpoint: 'https://discord.com/api/oauth2/token',
      userinfoEndpoint: 'https://discord.com/api/users/@me',
    }),
  },
  x: {
    label: 'X',
    fields: [],
    registration: 'X Developer Portal, the app’s User authentication settings: “Callback URI / Redirect URL”.',
    scopes: ['tweet.read', 'users.read'],
    settingsAt: () => ({
      type: 'oauth2',
      issuer: 'https://x.com',
      authorizationEndpoint: 'https://x.com/i/oauth2/authorize',
      tokenEndpoint: 'https://api.x.com/2/oauth2/token',
      userinfoEndpoint: 'https://api.x.com/2/users/me?user.fields=profile_image_url',
      clientAuthentication: 'client_secret_basic',
    }),
  },
} as const satisfies Record<string, Preset>

/** The API of github.com and of data residency is a host of its own, that of a server of one's own a path. */
function githubApi(server: string): string {
  const url = new URL(server)
  const isGithubs = url.hostname === 'github.com' || url.hostname.endsWith('.ghe.com')
  return isGithubs ? `https://api.${url.host}` : `${server}/api/v3`
}
