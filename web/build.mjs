// Builds GraphiQL into dist/: one entry, split chunks, and Monaco's workers as files of their own.
// Every name carries a hash of its content, so the server may let browsers keep each file for ever.
import { build } from 'esbuild';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const OUT = 'dist';
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

/** Puts small files of ours in the place of large parts of Monaco and Prettier that GraphiQL never reaches. */
const trim = {
  name: 'trim',
  setup({ onResolve, onLoad, resolve: find }) {
    const by = (file) => () => ({ path: resolve('src', file) });
    onResolve({ filter: /vs\/editor\/edcore\.main\.js$/ }, by('monaco.js'));
    onResolve({ filter: /\/(multiD|d)iffEditorWidget\.js$/ }, by('none.js'));
    onResolve({ filter: /\/standaloneQuickInputService\.js$/ }, by('none.js'));
    onResolve({ filter: /^prettier\/(plugins\/estree|parser-babel)$/ }, by('none.js'));
    onResolve({ filter: /^prettier\/standalone$/ }, ({ importer }) =>
      importer.endsWith('jsonc.js') ? by('format-json.js')() : undefined,
    );
    // The one that still bears its old name is a second copy, in a form that cannot be imported by name.
    onResolve({ filter: /^prettier\/parser-graphql$/ }, ({ resolveDir, kind }) =>
      find('prettier/plugins/graphql', { resolveDir, kind }),
    );
    // Roboto and Fira Code for Latin letters only: the system's fonts show the other scripts.
    onLoad({ filter: /graphiql\/dist\/style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/@font-face\s*\{[^}]*\}/g, (rule) =>
        /unicode-range/.test(rule) && !/unicode-range:\s*U\+0?0?0?0-/i.test(rule) ? '' : rule,
      ),
      loader: 'css',
    }));
    // GraphiQL's own style sheet contains Monaco's already.
    onLoad({ filter: /monaco-editor\/esm\/.*\.css$/ }, () => ({ contents: '', loader: 'css' }));
  },
};

const shared = {
  bundle: true,
  minify: true,
  splitting: true,
  metafile: true,
  format: 'esm',
  target: 'es2022',
  outdir: OUT,
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  plugins: [trim],
  legalComments: 'none', // the licences in full are in LICENSES.txt
  logLevel: 'warning',
};

/** The files that esbuild wrote for its entry points, by the entries' names. */
const written = ({ outputs }) =>
  Object.fromEntries(
    Object.keys(outputs).flatMap((file) => {
      const found = file.match(/^dist\/([a-z-]+)-[A-Z0-9]{8}\.js$/);
      return found && found[1] !== 'part' ? [[found[1], file.slice(OUT.length + 1)]] : [];
    }),
  );

// Workers first: the page must know their hashed names.
const workers = await build({
  ...shared,
  entryNames: '[name]-worker-[hash]',
  entryPoints: {
    editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
    json: 'monaco-editor/esm/vs/language/json/json.worker.js',
    graphql: 'monaco-graphql/esm/graphql.worker.js',
  },
});

const page = await build({
  ...shared,
  // The second entry is never loaded by itself: it only makes two files of what would be one large one.
  entryPoints: { graphiql: 'src/graphiql.jsx', split: 'monaco-editor/esm/vs/editor/common/model/textModel.js' },
  jsx: 'automatic',
  define: { ...shared.define, WORKERS: JSON.stringify(written(workers.metafile)) },
});
const { graphiql: script } = written(page.metafile);
const style = page.metafile.outputs[join(OUT, script)].cssBundle.slice(OUT.length + 1);
writeFileSync(join(OUT, 'manifest.json'), `${JSON.stringify({ script, style })}\n`);

// The licence of every package that has a byte in one of the files above.
const packages = new Set();
for (const { inputs } of [workers.metafile, page.metafile])
  for (const input of Object.keys(inputs)) {
    const found = input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.add(found[1]);
  }
const licences = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|thirdpartynotices)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n\n${texts.join('\n\n') || 'The package carries no licence file of its own: the text of the licence it names stands elsewhere here.'}\n`;
});
const fonts = `Fonts in GraphiQL's style sheet\n\n${readFileSync('src/fonts.txt', 'utf8')}`;
writeFileSync(join(OUT, 'LICENSES.txt'), [fonts, ...licences].join('\n'));
