// The page at GET /graphql: GraphiQL with the examples and the key that the server put into the page.
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createRoot } from 'react-dom/client';

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(new URL(WORKERS[`${label}-worker`] ?? WORKERS['editor-worker'], import.meta.url), { type: 'module', name: label }),
};

const { headers, revision, tabs } = JSON.parse(document.getElementById('graphiql-config').textContent);

// What the server serves wins over what an earlier visit left behind: a demo that was started anew has
// other keys and other contacts. While the server serves the same, the visitor's own tabs are kept.
const kept = 'graphiql:';
if (localStorage.getItem(`${kept}served`) !== revision) {
  for (const name of ['tabState', 'headers']) localStorage.removeItem(kept + name);
  localStorage.setItem(`${kept}query`, tabs[0].query);
  localStorage.setItem(`${kept}variables`, tabs[0].variables);
  localStorage.setItem(`${kept}served`, revision);
}

// The history of queries remembers their headers, so a key: it lasts only as long as the page.
const history = new Map();
const storage = {
  getItem: (name) => (isHistory(name) ? (history.get(name) ?? null) : localStorage.getItem(name)),
  setItem: (name, value) => (isHistory(name) ? history.set(name, value) : localStorage.setItem(name, value)),
  removeItem: (name) => (isHistory(name) ? history.delete(name) : localStorage.removeItem(name)),
  clear: () => [history, localStorage].forEach((each) => each.clear()),
  get length() {
    return localStorage.length;
  },
};
const isHistory = (name) => name === `${kept}queries` || name === `${kept}favorites`;

const { host, pathname, protocol } = location;
const send = createGraphiQLFetcher({
  url: pathname,
  subscriptionUrl: `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${pathname}`,
});

// GraphiQL asks for the schema before its headers editor exists.
const fetcher = (operation, options) =>
  send(operation, options?.headers ? options : { ...options, headers: isSchema(operation) ? JSON.parse(headers) : {} });
const isSchema = ({ operationName }) => operationName === 'IntrospectionQuery';

// A key written in one tab is meant for all of them, and for the schema that could not be read without it.
let written = headers;
const shareKey = ({ tabs: open, activeTabIndex }) => {
  written = open[activeTabIndex].headers || written;
  for (const tab of open) if (!tab.headers || tab.headers === headers) tab.headers = written;
};
let readSchema;
function Schema() {
  const { introspect } = useGraphiQLActions();
  const schema = useGraphiQL((state) => state.schema);
  readSchema = () => schema ?? introspect();
  return null;
}
let pause;
const readSchemaWith = (text) => {
  clearTimeout(pause);
  if (text !== headers) pause = setTimeout(() => readSchema(), 500);
};

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultHeaders={headers}
    initialHeaders={headers}
    defaultTabs={tabs}
    defaultEditorToolsVisibility="variables"
    onEditHeaders={readSchemaWith}
    onTabChange={shareKey}
    plugins={[HISTORY_PLUGIN, explorerPlugin()]}
  >
    <GraphiQL.Logo>Contact Status</GraphiQL.Logo>
    <Schema />
  </GraphiQL>,
);
