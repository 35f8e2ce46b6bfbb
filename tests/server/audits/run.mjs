// Runs graphql-http's audits against a URL and prints their results as one JSON list.
// node run.mjs URL '{"Authorization": "Bearer …"}'
import { serverAudits } from "graphql-http";

const [url, headers] = process.argv.slice(2);
const fetchFn = (address, init = {}) =>
  fetch(address, { ...init, headers: { ...init.headers, ...JSON.parse(headers) } });
const results = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const { id, name, status, reason } = await audit.fn();
  results.push({ id, name, status, reason });
}
console.log(JSON.stringify(results));
