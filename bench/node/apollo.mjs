// Apollo Server on Fastify, with DataLoaders; `node apollo.mjs PORT`.
import { ApolloServer } from '@apollo/server'
import fastifyApollo from '@as-integrations/fastify'
import Fastify from 'fastify'
import { KEY, connect } from './database.mjs'
import { context, resolvers } from './loaders.mjs'
import { typeDefs } from './schema.mjs'

const [port] = process.argv.slice(2)
const pool = connect()
resolvers.SetStatusResult.__resolveType = resolvers.SetStatusResult.resolveType
delete resolvers.SetStatusResult.resolveType
const server = new ApolloServer({ typeDefs, resolvers, introspection: false })
await server.start()
const app = Fastify({ logger: false })
app.addHook('onRequest', async (request, reply) => {
  if (request.headers.authorization !== KEY) return reply.code(401).send({})
})
await app.register(fastifyApollo(server), { context: async () => context(pool) })
await app.listen({ host: '127.0.0.1', port: Number(port) })
