import { newRouter } from '../../http.ts'
import { viewOf } from '../frame.ts'
import { homePage } from './pages.ts'
import { countForHome } from './queries.ts'

export const homePages = newRouter().get('/console', async (c) =>
  c.html(homePage(viewOf(c), await countForHome(c.var.scope))),
)
