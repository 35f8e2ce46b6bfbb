// The same with the statement that our server sends: one, with the joins, under a generic plan.
import { TEAM } from './database.mjs'
import { conditions } from './filter.mjs'
import { page } from './page.mjs'
import { setStatus } from './status.mjs'
import { CONTACT, MEMBER, SEQUENCE, contactOf, memberOf, numberOf, sequenceOf } from './values.mjs'

const FROM = `
  from contact c
  left join sequence s on s.team_id = c.team_id and s.id = c.sequence_id
  left join member m on m.team_id = s.team_id and m.id = s.owner_id`

function recordOf (row) {
  const contact = contactOf(row)
  contact.sequence = row[8] === null ? null : sequenceOf(row, 8)
  if (contact.sequence) contact.sequence.owner = memberOf(row, 12)
  return contact
}

const ask = async (pool, name, text, values) =>
  (await pool.query({ name, text, values, rowMode: 'array' })).rows

const ONE = `select ${CONTACT}, ${SEQUENCE}, ${MEMBER} ${FROM} where c.team_id = $1 and c.id = $2`

export const context = (pool) => ({ pool })

export const resolvers = {
  Query: {
    contact: async (_root, { id }, { pool }) => {
      const [row] = await ask(pool, 'one', ONE, [TEAM, numberOf('Contact', id)])
      return row ? recordOf(row) : null
    },
    contacts: async (_root, asked, { pool }) => {
      const { where, values } = conditions(asked)
      const text = `select ${CONTACT}, ${SEQUENCE}, ${MEMBER} ${FROM} where ${where} order by c.id limit $2`
      return page(await ask(pool, where, text, values), asked, recordOf)
    }
  },
  Mutation: { setStatus: (_root, { input }, { pool }) => setStatus(pool, input) },
  SetStatusResult: { resolveType: (value) => value.reasons ? 'SetStatusFailure' : 'SetStatusSuccess' }
}
