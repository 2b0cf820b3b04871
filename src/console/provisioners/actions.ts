import { setProvisioners } from '../../applications/commands.ts'
import { listProvisioners, type Provisioner } from '../../applications/queries.ts'
import type { ProvisionerInput } from '../../applications/settings.ts'
import { listAllConnectors } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import type { AppContext } from '../../http.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { withMessage } from '../messages.ts'
import { provisionerForm } from './form.ts'
import { newProvisionerPage, type Place, removeProvisionerPage } from './pages.ts'

/** The form of a new provisioner of an application. */
export async function drawNewProvisioner(c: AppContext, applicationId: string, place: Place): Promise<Response> {
  const choices = await readChoices(c, applicationId)
  return c.html(newProvisionerPage(viewOf(c), place, choices, EMPTY_DRAFT))
}

export async function addProvisioner(c: AppContext, applicationId: string, place: Place): Promise<Response> {
  const { present, ...choices } = await readChoices(c, applicationId)
  return submitForm(
    c,
    provisionerForm(choices.targets, choices.taken),
    async (added) => {
      await setProvisioners(c.var.scope, applicationId, [...present.map(inputOf), added])
      return withMessage(place.path, 'provisioner-created')
    },
    (draft: Draft) => newProvisionerPage(viewOf(c), place, choices, draft),
  )
}

/** Asks whether a provisioner is to go. Problem 404 if the application has no such one. */
export async function confirmProvisioner(c: AppContext, applicationId: string, place: Place): Promise<Response> {
  const { wanted } = await findProvisioner(c, applicationId)
  return c.html(removeProvisionerPage(viewOf(c), place, wanted))
}

export async function removeProvisioner(c: AppContext, applicationId: string, place: Place): Promise<Response> {
  const { present, wanted } = await findProvisioner(c, applicationId)
  const rest = present.filter((one) => one !== wanted)
  await setProvisioners(c.var.scope, applicationId, rest.map(inputOf))
  return c.redirect(withMessage(place.path, 'provisioner-deleted'), 303)
}

async function readChoices(c: AppContext, applicationId: string) {
  const present = await listProvisioners(c.var.scope, applicationId)
  const targets = await listAllConnectors(c.var.scope)
  return { present, targets, taken: present.map((one) => one.connectorId) }
}

async function findProvisioner(c: AppContext, applicationId: string) {
  const present = await listProvisioners(c.var.scope, applicationId)
  const wanted = present.find((one) => one.connectorId === c.req.param('connector'))
  if (!wanted) throw new Problem(404, 'There is no such provisioner.')
  return { present, wanted }
}

function inputOf({ connectionId, connectorId, blocking, jit }: Provisioner): ProvisionerInput {
  return { connection: connectionId, connector: connectorId, blocking, jit }
}
