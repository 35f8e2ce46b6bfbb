// Fastify, Mercurius and graphql-jit; `node mercurius.mjs loaders|joined PORT`, in as many processes as WORKERS says.
import cluster from 'node:cluster'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { KEY, connect } from './database.mjs'
import { typeDefs } from './schema.mjs'

const [style, port] = process.argv.slice(2)
const workers = Number(process.env.WORKERS)
if (workers > 1 && cluster.isPrimary) {
  for (let number = 0; number < workers; number++) cluster.fork()
  for (const name of ['SIGTERM', 'SIGINT']) {
    process.on(name, () => { for (const worker of Object.values(cluster.workers)) worker.kill(); process.exit(0) })
  }
} else {
  const { context, resolvers } = await import(`./${style}.mjs`)
  const pool = connect()
  const app = Fastify({ logger: false })
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization !== KEY) return reply.code(401).send({})
  })
  app.register(mercurius, { schema: typeDefs, resolvers, jit: 1, graphiql: false, context: () => context(pool) })
  await app.listen({ host: '127.0.0.1', port: Number(port) })
}
