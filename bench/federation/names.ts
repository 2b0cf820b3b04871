/** What the provider is told, and tells nobody. */
export const PROVIDER_CLIENT = {
  clientId: 'bench-client',
  clientSecret: 'bench-secret-of-more-than-thirty-two-characters',
}
