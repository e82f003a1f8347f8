// Builds the pages' scripts and styles into ../static/built, with a manifest
// that maps each bundle's name to its file name with a content hash.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import formWords from './form-words.mjs';

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

await mkdir(target, { recursive: true });

const result = await esbuild.build({
  absWorkingDir: here,
  entryPoints: entries,
  outdir: target,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  plugins: [formWords],
  minify: true,
  metafile: true,
  format: 'iife',
  target: ['es2020', 'chrome100', 'firefox100', 'safari15'],
  legalComments: 'linked',
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
  logLevel: 'warning',
});

const manifest = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  if (!output.entryPoint && !path.endsWith('.css')) continue;
  const name = relative(target, join(here, path));
  manifest[name.replace(/-[A-Z0-9]{8}(\.\w+)$/, '$1')] = name;
}

// Compressed once here, so that the server sends ready bytes.
for (const name of await readdir(target)) {
  if (!/\.(js|css)$/.test(name)) continue;
  const body = await readFile(join(target, name));
  await writeFile(join(target, `${name}.gz`), gzipSync(body, { level: 9 }));
  await writeFile(join(target, `${name}.br`), brotliCompressSync(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9 },
  }));
}

// The manifest changes last and at once, so that pages served meanwhile always find their files.
const stamp = createHash('sha256').update(JSON.stringify(manifest)).digest('hex').slice(0, 12);
const fresh = join(target, 'manifest.json.new');
await writeFile(fresh, JSON.stringify({ stamp, files: manifest }, null, 1));
await rename(fresh, join(target, 'manifest.json'));

const kept = new Set(Object.keys(result.metafile.outputs).map((path) => relative(target, join(here, path))));
for (const name of await readdir(target)) {
  const built = name.replace(/\.(gz|br)$/, '');
  if (built !== 'manifest.json' && !kept.has(built)) await rm(join(target, name));
}
