// PostGraphile 5 on Fastify, over the tables as they are; `node postgraphile.mjs PORT`.
import Fastify from 'fastify'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/fastify/v5'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { KEY, connect } from './database.mjs'

const [port] = process.argv.slice(2)
const pool = connect()
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ pool, schemas: ['public'] })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: { explain: false }
}
const app = Fastify({ logger: false })
app.addHook('onRequest', async (request, reply) => {
  if (request.headers.authorization !== KEY) return reply.code(401).send({})
})
await postgraphile(preset).createServ(grafserv).addTo(app)
await app.listen({ host: '127.0.0.1', port: Number(port) })
