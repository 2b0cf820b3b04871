import { listProvisioners, RESIDENT_APPLICATION } from '../../applications/queries.ts'
import { newRouter } from '../../http.ts'
import { viewOf } from '../frame.ts'
import { formPage } from '../permissions.ts'
import { addProvisioner, confirmProvisioner, drawNewProvisioner, removeProvisioner } from '../provisioners/actions.ts'
import { loginRegistrationPage, residentPage, residentPlace } from './pages.ts'

const OUTBOUND = '/console/login-registration/provisioning/outbound'
const RESIDENT = RESIDENT_APPLICATION

/** Login & Registration, with the provisioners of the resident application. */
export const loginRegistrationPages = newRouter()
  .get('/console/login-registration', (c) => c.html(loginRegistrationPage(viewOf(c))))
  .get(OUTBOUND, async (c) => c.html(residentPage(viewOf(c), await listProvisioners(c.var.scope, RESIDENT))))
  .get(`${OUTBOUND}/new`, formPage, (c) => drawNewProvisioner(c, RESIDENT, residentPlace(viewOf(c), true)))
  .post(`${OUTBOUND}/new`, (c) => addProvisioner(c, RESIDENT, residentPlace(viewOf(c), true)))
  .get(`${OUTBOUND}/:connector/delete`, formPage, (c) =>
    confirmProvisioner(c, RESIDENT, residentPlace(viewOf(c), true)),
  )
  .post(`${OUTBOUND}/:connector/delete`, (c) => removeProvisioner(c, RESIDENT, residentPlace(viewOf(c), true)))
