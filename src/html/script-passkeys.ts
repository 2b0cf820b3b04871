/**
 * Passkeys, the one thing that cannot be done without script. A form with data-passkey="get" or "create" has in
 * data-options what the browser is asked for, and sends its answer in the field `credential`. With data-autofill the
 * browser offers passkeys in the field of the user name, too (conditional mediation).
 */
export const PASSKEY_SCRIPT = `
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '')

const readOptions = (form) => {
  const options = JSON.parse(form.dataset.options)
  options.challenge = toBytes(options.challenge)
  if (options.user) options.user.id = toBytes(options.user.id)
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const one of list || []) one.id = toBytes(one.id)
  }
  return options
}

const answerOf = ({ id, rawId, type, response }) => {
  const parts = {}
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[name]) parts[name] = toText(response[name])
  }
  if (response.getTransports) parts.transports = response.getTransports()
  return JSON.stringify({ id, rawId: toText(rawId), type, clientExtensionResults: {}, response: parts })
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const say = (which) => {
    for (const note of form.querySelectorAll('[data-note]')) note.hidden = note.dataset.note !== which
  }
  if (!window.PublicKeyCredential) {
    say('missing')
    continue
  }
  say('')
  for (const hidden of form.querySelectorAll('[data-with-passkeys]')) hidden.hidden = false
  let waiting
  const ask = async (more) => {
    const asked = { publicKey: readOptions(form), ...more }
    const credential = await navigator.credentials[form.dataset.passkey](asked)
    form.elements.credential.value = answerOf(credential)
    const remember = document.getElementById('field-remember')
    if (remember && form.elements.remember) form.elements.remember.value = remember.checked ? 'on' : ''
    form.submit()
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (waiting) waiting.abort()
    say('')
    try {
      await ask()
    } catch (error) {
      say(error.name === 'InvalidStateError' ? 'known' : 'failed')
    }
  })
  if (form.dataset.autofill !== undefined && PublicKeyCredential.isConditionalMediationAvailable) {
    PublicKeyCredential.isConditionalMediationAvailable().then((can) => {
      if (!can) return
      waiting = new AbortController()
      ask({ mediation: 'conditional', signal: waiting.signal }).catch(() => {})
    })
  }
}
`
