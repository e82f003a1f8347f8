// Builds the pages' scripts and styles into ../static/built, with a manifest
// that maps each bundle's name to its file name with a content hash.
// Several builds may run at once: each writes into a folder of its own and moves whole files over.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import formWords from './form-words.mjs';
import panelAlone from './panel-alone.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', 'static', 'built');

// One bundle per page that needs more than the common one.
const entries = {
  app: 'src/app.js',
  style: 'src/style.css',
  theme: 'src/theme.js',
  diagram: 'src/diagram.js',
  repair: 'src/repair.js',
  modeler: 'src/modeler/main.js',
  tables: 'src/tables/index.js',
  formeditor: 'src/formeditor/index.js',
  texts: 'src/texts/index.js',
  play: 'src/play/index.js',
  watch: 'src/watch/index.js',
};

// ms that a file stays which the manifest does not name: another build may be about to name it.
const KEPT = 10 * 60 * 1000;

await mkdir(target, { recursive: true });
const own = await mkdtemp(join(target, '.new-'));

const result = await esbuild.build({
  absWorkingDir: here,
  entryPoints: entries,
  outdir: own,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  // The table editor's fields for FEEL are the studio's own.
  alias: { 'dmn-js-shared/lib/components/LiteralExpression': './src/tables/feelfield.js' },
  plugins: [formWords, panelAlone],
  minify: true,
  metafile: true,
  format: 'iife',
  target: ['es2020', 'chrome100', 'firefox100', 'safari15'],
  legalComments: 'linked',
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
  logLevel: 'warning',
});

const outputs = Object.keys(result.metafile.outputs).map((path) => relative(own, join(here, path)));
const manifest = {};
for (const [index, output] of Object.values(result.metafile.outputs).entries()) {
  const name = outputs[index];
  if (output.entryPoint || name.endsWith('.css')) manifest[name.replace(/-[A-Z0-9]{8}(\.\w+)$/, '$1')] = name;
}

// Compressed once here, so that the server sends ready bytes.
for (const name of outputs.filter((one) => /\.(js|css)$/.test(one))) {
  const body = await readFile(join(own, name));
  await writeFile(join(own, `${name}.gz`), gzipSync(body, { level: 9 }));
  await writeFile(join(own, `${name}.br`), brotliCompressSync(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9 },
  }));
}

// The manifest comes last and at once, so that pages served meanwhile always find their files.
await rm(join(target, '.inputs'), { force: true }); // setup.py notes there what it has built from
for (const name of await readdir(own)) await rename(join(own, name), join(target, name));
const stamp = createHash('sha256').update(JSON.stringify(manifest)).digest('hex').slice(0, 12);
await writeFile(join(own, 'manifest.json'), JSON.stringify({ stamp, files: manifest }, null, 1));
await rename(join(own, 'manifest.json'), join(target, 'manifest.json'));
await rm(own, { recursive: true });

// What an earlier build has left, a broken one too.
const kept = new Set(['manifest.json', ...outputs]);
for (const name of await readdir(target)) {
  if (kept.has(name.replace(/\.(gz|br)$/, ''))) continue;
  const found = await stat(join(target, name)).catch(() => null); // gone: another build was here
  if (found && Date.now() - found.mtimeMs > KEPT) await rm(join(target, name), { recursive: true, force: true });
}
