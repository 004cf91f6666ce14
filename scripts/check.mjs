// What must hold before a commit, in seconds: types, lint and format, no import cycles.
// The last line is `N passed, N failed`.

import { join } from 'node:path';
import { importCycles } from './cycles.mjs';
import { compile } from './setup/sources.mjs';
import { root, run, since } from './setup/steps.mjs';

async function types() {
  // The second finds methods of arrays and variables where functions are made of them: programs may come without these.
  const { code, output, errors } = await compile('tsconfig.tests.json', 'tsconfig.without-methods.json');
  return code === 0 ? '' : output + errors;
}

async function style() {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const color = process.stdout.isTTY === true ? 'force' : 'off';
  const options = ['check', '.', '--error-on-warnings', '--max-diagnostics=50', `--colors=${color}`];
  const { code, output, errors } = await run(process.execPath, [biome, ...options]);
  return code === 0 ? '' : `${output}${errors}\nnpm run format mends what can be mended by itself.\n`;
}

async function cycles() {
  return (await importCycles()).map((files) => `import cycle: ${files.join(' → ')}\n`).join('');
}

let failed = 0;
async function check(name, step) {
  const start = performance.now();
  const trouble = await step();
  if (trouble) failed++;
  process.stdout.write(`${trouble}${trouble ? '✗' : '✓'} ${name} (${since(start)})\n`);
}

await Promise.all([
  check('types', types).then(() => check('no import cycles', cycles)),
  check('lint and format', style),
]);
console.log(`${3 - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
