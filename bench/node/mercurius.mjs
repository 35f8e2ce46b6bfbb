// Fastify, Mercurius and graphql-jit; `node mercurius.mjs loaders|joined PORT`.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { KEY, connect } from './database.mjs'
import { typeDefs } from './schema.mjs'

const [style, port] = process.argv.slice(2)
const { context, resolvers } = await import(`./${style}.mjs`)
const pool = connect()
const app = Fastify({ logger: false })
app.addHook('onRequest', async (request, reply) => {
  if (request.headers.authorization !== KEY) return reply.code(401).send({})
})
app.register(mercurius, { schema: typeDefs, resolvers, jit: 1, graphiql: false, context: () => context(pool) })
await app.listen({ host: '127.0.0.1', port: Number(port) })
