// What Node loads of each package: one chunk that its entries share, and chunks of what is loaded later.
// Node takes longer to find and link a module than to compile it, and the packages have hundreds.
// Bundlers get the modules themselves, since they leave out whole modules best.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesBelow } from './files.mjs';
import { root } from './steps.mjs';

/** Where a package's bundles lie. */
const output = join('dist', 'node');

/** The entries of a package that are bundled, as `{ in: './src/index.ts', out: 'index' }`, and its main module. */
function entriesOf(folder) {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return { entries: [], main: undefined };
  const { exports = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
  const entries = Object.values(exports)
    .filter(({ node }) => node !== undefined)
    .map(({ source, node }) => ({
      in: source.node ?? source,
      out: relative(output, node).replace(/\.js$/, ''),
    }));
  const main = exports['.']?.source;
  return { entries, main: main?.default ?? main };
}

/**
 * Makes every entry, and every module that is loaded later, import the package's main module, so that they share all its code instead
 * of having many chunks.
 */
const sharing = (folder, main) => ({
  name: 'sharing',
  setup(build) {
    build.onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice(6), namespace: 'entry' }));
    build.onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) =>
      kind === 'dynamic-import'
        ? { path: `./${relative(folder, join(resolveDir, path))}`, namespace: 'entry' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
      contents: `import '${main}'; export * from '${path}';`,
      resolveDir: folder,
    }));
  },
});

/** Names of the functions and classes that a module declares. */
function declaredIn(file) {
  const declarations = /\b(?:class|function\*?)\s+(\w+)/g;
  return new Set([...readFileSync(file, 'utf8').matchAll(declarations)].map((match) => match[1]));
}

/**
 * In a chunk, of two functions or classes of one name the second gets a number, and a class that names itself a line. People see these
 * names, classes' above all, so each is told the name that its source gave it.
 */
function restoreNames(folder, code) {
  const lines = /^(?:\/\/ (src\/\S+)$|(?:async )?function\*? (\w+)\(|var (\w+) = class\b( _\w+)?)/gm;
  const renamed = [];
  let declared = new Set();
  for (const [, source, f, c, inner] of code.matchAll(lines)) {
    if (source !== undefined) declared = declaredIn(join(folder, source));
    const name = f ?? c ?? '';
    let own = name;
    while (!declared.has(own) && /\d$/.test(own)) own = own.slice(0, -1);
    if ((own !== name || inner !== undefined) && declared.has(own)) renamed.push(`[${name}, "${own}"]`);
  }
  if (renamed.length === 0) return code;
  const restoring = `for (const [value, name] of [${renamed.join(', ')}]) Object.defineProperty(value, "name", { value: name, configurable: true });`;
  return code.replace(/^(?=\/\/# sourceMappingURL)/m, `${restoring}\n`);
}

/**
 * A letter outside of ASCII makes V8 keep a whole chunk as two bytes a character, which takes longer to decode and to compile. In
 * code esbuild escapes them; what is left stands in comments.
 */
function asciiComments(code) {
  return code.replace(/^\s*(\/\/|\/?\*).*$/gm, (comment) => comment.replace(/[^\0-\x7f]/g, '?'));
}

async function bundle(folder) {
  const { entries, main } = entriesOf(folder);
  if (entries.length === 0) return;
  const { build } = await import('esbuild');
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: entries.map((entry) => ({ ...entry, in: `entry:${entry.in}` })),
    plugins: [sharing(folder, main)],
    outdir: output,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    conditions: ['bundle', 'source'],
    // Otherwise modules without side effects would be left out where an entry does not name them, and form chunks of their own.
    ignoreAnnotations: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
  });
  const written = new Set(Object.keys(metafile.outputs).map((path) => join(folder, path)));
  for (const file of written) {
    if (!file.endsWith('.js')) continue;
    const code = readFileSync(file, 'utf8');
    const finished = asciiComments(restoreNames(folder, code));
    if (finished !== code) writeFileSync(file, finished);
  }
  for (const file of filesBelow(join(folder, output))) if (!written.has(file)) rmSync(file);
}

/** Bundles all packages. @throws {Error} if a source is no TypeScript, saying where. */
export async function bundlePackages() {
  const packages = join(root, 'packages');
  await Promise.all(readdirSync(packages).map((name) => bundle(join(packages, name))));
}
