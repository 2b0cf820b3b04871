/** What all servers of the benchmark are told, or tell, alike. */
export const CLIENT = { id: 'bench-client', secret: 'bench-secret-of-more-than-thirty-two-characters' }
export const REDIRECT_URI = 'https://app.example/callback'
/** Who asks the peer for a resource gets a JWT; postern gives no other. */
export const RESOURCE = 'https://api.example'
