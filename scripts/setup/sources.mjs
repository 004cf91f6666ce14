// The compiled TypeScript: `tsc -b` over all projects and a bundle of each package, only when a source has changed.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePackages } from './bundles.mjs';
import { filesBelow, fingerprint } from './files.mjs';
import { recall, remember, root, run, say, since } from './steps.mjs';

/** The folders of the workspace that compile `src` to `dist`. */
export function projects() {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return references.map(({ path }) => join(root, path)).filter((path) => existsSync(join(path, 'src')));
}

/** Tests are type-checked by `npm run check` and run from their sources; they are not part of what is built. */
const isTest = (file) => /\.(test|testing)\.ts$/.test(file);

function inputs() {
  const own = ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'vitest.config.ts'];
  const ofProjects = projects().flatMap((path) => [
    join(path, 'package.json'),
    join(path, 'tsconfig.json'),
    ...filesBelow(join(path, 'src')).filter((file) => !isTest(file)),
  ]);
  const scripts = filesBelow(join(root, 'scripts')).filter((file) => /\.(ts|json)$/.test(file));
  return [...own.map((name) => join(root, name)), ...scripts, ...ofProjects].filter(existsSync);
}

/** `tsc` leaves the output of a source that was removed or renamed; nothing may load it by accident. */
export function removeOrphans() {
  for (const path of projects()) {
    for (const file of filesBelow(join(path, 'dist'), { leaveOut: ['node'] })) {
      const stem = file.match(/^(.*?)(\.d\.ts|\.js)(\.map)?$/)?.[1];
      if (!stem) continue;
      const source = join(path, 'src', stem.slice(join(path, 'dist').length));
      if (!existsSync(`${source}.ts`) || isTest(`${source}.ts`)) rmSync(file);
    }
  }
}

/** What `tsc` remembers of types that were missing is wrong once other npm packages are installed: it forgets all. */
function forgetTypesOfOtherPackages() {
  const installed = fingerprint([join(root, 'node_modules', '.package-lock.json')]);
  if (recall('types') === installed) return;
  const known = [...projects().map((path) => join(path, 'dist')), join(root, 'node_modules', '.cache')];
  const files = known.flatMap((folder) => filesBelow(folder, { leaveOut: ['node'] }));
  for (const file of files.filter((path) => path.endsWith('.tsbuildinfo'))) rmSync(file);
  remember('types', installed);
}

/** Runs `tsc -b` over the workspace (and what else is named); `code` 0 when all types are right. */
export function compile(...more) {
  removeOrphans();
  forgetTypesOfOtherPackages();
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const pretty = String(process.stderr.isTTY === true);
  return run(process.execPath, [tsc, '-b', 'tsconfig.json', ...more, '--pretty', pretty]);
}

/** Compiles when needed. Resolves to whether `dist` is what the sources say. */
export async function compiledSources() {
  const now = fingerprint(inputs());
  const built = projects().every((path) => existsSync(join(path, 'dist', '.tsbuildinfo')));
  if (built && recall('sources') === now) return true;
  const start = performance.now();
  say('TypeScript: compiling (tsc -b) …');
  const bundled = bundlePackages().then(
    () => '',
    (error) => `${error.message}\n`,
  );
  const { code, output, errors } = await compile();
  const trouble = await bundled;
  if (code !== 0 || trouble) {
    process.stderr.write(output + errors + trouble);
    say(`TypeScript: errors after ${since(start)} (above)`);
    return false;
  }
  remember('sources', now);
  say(`TypeScript: compiled in ${since(start)}`);
  return true;
}
