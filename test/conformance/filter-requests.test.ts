/** How filters reach a server, and what they may cost it: RFC 7644 section 3.4.2.2. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import { answered, type List, names, post, query, refused, type Service, service, user } from './world.ts'

let scim: Service
beforeAll(async () => {
  scim = await service()
  for (const userName of ['ann', 'bob', 'a+b', 'ann lee']) {
    await post(scim.strict, '/Users', user({ userName, externalId: `id-${userName}` }))
  }
})

requirement(
  'bounds',
  'RFC 7644 §7.4: depth, terms and length of a filter are bounded, and its values are never code',
  () => {
    test.each([
      ['200 brackets', `${'('.repeat(200)}userName pr${')'.repeat(200)}`],
      ['200 negations', `${'not ('.repeat(200)}userName pr${')'.repeat(200)}`],
      ['5,000 terms', Array.from({ length: 5000 }, () => 'userName pr').join(' or ')],
      ['100,000 characters', `userName eq "${'x'.repeat(100_000)}"`],
    ])('%s are refused', async (_what, filter) => {
      expect(await refused(scim.strict('GET', query('/Users', { filter })))).toEqual([400, 'invalidFilter'])
    })

    test('what a client may need is not', async () => {
      const filter = Array.from({ length: 100 }, (_, i) => `userName eq "user ${i}"`).join(' or ')
      expect(await answered<List>(scim.strict('GET', query('/Users', { filter })))).toMatchObject({ totalResults: 0 })
      const deep = `${'('.repeat(20)}userName eq "ann"${')'.repeat(20)}`
      expect(names(await answered<List>(scim.strict('GET', query('/Users', { filter: deep }))))).toEqual(['ann'])
    })

    test.each(['%', '_nn', "' or '1'='1", '") or ("1"="1', '\\\\', '*', '; drop table users'])(
      '%j is text, and finds nobody',
      async (text) => {
        const value = JSON.stringify(text)
        const filter = `userName eq ${value} or userName co ${value} or externalId sw ${value}`
        expect(await answered<List>(scim.strict('GET', query('/Users', { filter })))).toMatchObject({ totalResults: 0 })
      },
    )
  },
)

requirement(
  'encoding',
  'RFC 7644 §3.4.2.2: a filter comes percent-encoded, with + or %20 for a blank; a lenient client’s value may lack its quotes',
  () => {
    const found = async (search: string, ask = scim.strict) =>
      names(await answered<List>(ask('GET', `/Users?${search}`)))

    test.each([
      ['filter=userName%20eq%20%22ann%22', ['ann']],
      ['filter=userName+eq+%22ann%22&', ['ann']],
      ['filter=userName+eq+%22ann+lee%22', ['ann lee']],
      ['filter=userName+eq+%22a%2Bb%22', ['a+b']],
      ['FILTER=userName+eq+%22ann%22', ['ann']],
      ['aadOptscim062020&filter=userName+eq+%22ann%22', ['ann']],
      ['filter=userName%09eq%09%22ann%22', ['ann']],
    ])('%s', async (search, expected) => {
      expect(await found(search)).toEqual(expected)
    })

    test('Entra ID’s externalId eq jyoung is understood of a lenient client alone', async () => {
      const search = 'filter=externalId+eq+id-ann'
      expect(await found(search, scim.lenient)).toEqual(['ann'])
      expect(await refused(scim.strict('GET', `/Users?${search}`))).toEqual([400, 'invalidFilter'])
    })

    test('a broken percent-encoding is no failure of the server', async () => {
      for (const search of ['filter=%', 'filter=%E0%A4%A', 'filter=userName+eq+%22%FF%22']) {
        const answer = await scim.strict('GET', `/Users?${search}`)
        if (answer.status === 200) expect((await answered<List>(answer)).totalResults).toBe(0)
        else expect(await refused(answer)).toEqual([400, 'invalidFilter'])
      }
    })
  },
)
