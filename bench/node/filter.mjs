// The conditions of a page: a statement for each combination that is asked for, so that each can be prepared.
import { numberOf, placeOf, toBits } from './values.mjs'
import { TEAM } from './database.mjs'

export function conditions ({ first = 50, after, filter }) {
  const values = [TEAM, first + 1]
  let where = 'c.team_id = $1'
  const add = (condition, value) => {
    values.push(value)
    where += ` and ${condition.replaceAll('?', `$${values.length}::smallint`)}`
  }
  if (after) {
    values.push(placeOf(after))
    where += ` and c.id > $${values.length}`
  }
  if (filter?.sequenceId) {
    values.push(numberOf('Sequence', filter.sequenceId))
    where += ` and c.sequence_id = $${values.length}`
  }
  if (filter?.inSequence) where += ' and c.sequence_id is not null'
  if (filter?.statuses?.all) add('c.statuses & ? = ?', toBits(filter.statuses.all))
  if (filter?.statuses?.any) add('c.statuses & ? <> 0', toBits(filter.statuses.any))
  if (filter?.statuses?.none) add('c.statuses & ? = 0', toBits(filter.statuses.none))
  return { where, values }
}
