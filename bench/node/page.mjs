// A connection of the rows that were found; one more than asked for says that there are more.
import { cursorOf } from './values.mjs'

export function page (rows, { first = 50 }, of) {
  const hasNextPage = rows.length > first
  const nodes = (hasNextPage ? rows.slice(0, first) : rows).map((row) => of(row))
  return { nodes, pageInfo: { hasNextPage, endCursor: nodes.length ? cursorOf(nodes.at(-1).number) : null } }
}
