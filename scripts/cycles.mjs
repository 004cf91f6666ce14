// Import cycles between modules, of values only: the compiler has erased the imports of types from `dist`.
// A module that is imported later, by `import()`, does not close a cycle.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { init, parse } from 'es-module-lexer';
import { filesBelow } from './setup/files.mjs';
import { projects } from './setup/sources.mjs';
import { root } from './setup/steps.mjs';

/** `{ 'chainer/links': '/…/packages/chainer/dist/links/index.js', … }` */
function ownEntries(folders) {
  const entries = new Map();
  for (const folder of folders) {
    const { name, exports = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const [subpath, target] of Object.entries(exports)) {
      if (target.default) entries.set(name + subpath.slice(1), join(folder, target.default));
    }
  }
  return entries;
}

// Left out: `import()`, and `import.meta`, which names no module.
const isLoadedAtStart = ({ type, specifier }) => type !== 'dynamic' && typeof specifier === 'string';

/** `Map` from each compiled module to the modules of this workspace that it loads as it starts. */
async function importGraph(folders) {
  await init;
  const entries = ownEntries(folders);
  const graph = new Map();
  for (const folder of folders) {
    for (const file of filesBelow(join(folder, 'dist'), { leaveOut: ['node'] }).filter((path) =>
      path.endsWith('.js'),
    )) {
      const [imports] = parse(readFileSync(file, 'utf8'), file);
      const names = imports.filter(isLoadedAtStart).map(({ specifier }) => specifier);
      const targets = names.map((name) =>
        name.startsWith('.') ? resolve(dirname(file), name) : entries.get(name),
      );
      graph.set(
        file,
        targets.filter((target) => target !== undefined && existsSync(target)),
      );
    }
  }
  return graph;
}

const sourceName = (file) => relative(root, file).replace('/dist/', '/src/').replace(/\.js$/, '.ts');

/**
 * One cycle through each module that closes one, as lists of source files that begin and end with the same.
 *
 * @param {string[]} [folders] of packages that are compiled from `src` to `dist`
 * @returns {Promise<string[][]>}
 */
export async function importCycles(folders = projects()) {
  const graph = await importGraph(folders);
  const done = new Set();
  const path = [];
  const found = [];
  const visit = (file) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].map(sourceName));
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}
