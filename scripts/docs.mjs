// The documentation as a site: `npm run docs` serves it, `npm run docs -- build` writes docs/.vitepress/dist.
// The reference is made of the doc comments first (docs/api, not committed).

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const docs = join(root, 'docs');

function run(program, ...args) {
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: docs, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run(join(docs, 'node_modules', 'typedoc', 'bin', 'typedoc'));
run(join(root, 'node_modules', 'vitepress', 'bin', 'vitepress.js'), process.argv[2] ?? 'dev', '.');
