// Resolvers as one writes them: a statement for the page, and DataLoaders for what hangs on it.
import DataLoader from 'dataloader'
import { TEAM } from './database.mjs'
import { conditions } from './filter.mjs'
import { page } from './page.mjs'
import { setStatus } from './status.mjs'
import { CONTACT, MEMBER, SEQUENCE, contactOf, memberOf, numberOf, sequenceOf } from './values.mjs'

const ask = async (pool, name, text, values) =>
  (await pool.query({ name, text, values, rowMode: 'array' })).rows

export function context (pool) {
  const byId = (name, text, of) => new DataLoader(async (ids) => {
    const found = new Map()
    for (const row of await ask(pool, name, text, [TEAM, ids])) found.set(row[0], of(row))
    return ids.map((id) => found.get(id) ?? null)
  })
  return {
    pool,
    contacts: byId('contacts', `select ${CONTACT} from contact c where c.team_id = $1 and c.id = any($2::bigint[])`, contactOf),
    sequences: byId('sequences', `select ${SEQUENCE} from sequence s where s.team_id = $1 and s.id = any($2::bigint[])`, sequenceOf),
    members: byId('members', `select ${MEMBER} from member m where m.team_id = $1 and m.id = any($2::bigint[])`, memberOf)
  }
}

export const resolvers = {
  Query: {
    contact: (_root, { id }, { contacts }) => contacts.load(numberOf('Contact', id)),
    contacts: async (_root, asked, { pool }) => {
      const { where, values } = conditions(asked)
      const text = `select ${CONTACT} from contact c where ${where} order by c.id limit $2`
      return page(await ask(pool, where, text, values), asked, contactOf)
    }
  },
  Mutation: { setStatus: (_root, { input }, { pool }) => setStatus(pool, input) },
  SetStatusResult: { resolveType: (value) => value.reasons ? 'SetStatusFailure' : 'SetStatusSuccess' },
  Contact: {
    sequence: (contact, _asked, { sequences }) => contact.sequenceNumber && sequences.load(contact.sequenceNumber)
  },
  Sequence: { owner: (sequence, _asked, { members }) => members.load(sequence.ownerNumber) }
}
