// `npm run asan`: builds the addon of the device cpu with AddressSanitizer and UndefinedBehaviorSanitizer, into a folder of its own,
// then runs the device's tests and a short fuzz with it. A read or write outside of an array ends the process with a report
// of where it was. (ThreadSanitizer is left out: it does not know OpenMP's barriers and reports every loop.)
//
//   npm run asan                 everything
//   npm run asan -- --seconds N  how long the fuzz runs (default 60)

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sanitizerEnvironment } from '../packages/device-cpu/scripts/sanitizer.mjs';
import { root } from './setup/steps.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });

function step(name, args, env) {
  console.log(`== ${name}`);
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } };
  const { status, signal } = spawnSync(process.execPath, args, options);
  if (status === 0) return;
  console.error(`asan: ${name} failed (${signal ?? `exit ${status}`})`);
  process.exit(1);
}

const watched = sanitizerEnvironment(process.env.CXX ?? 'g++');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

step('build', ['packages/device-cpu/scripts/build.mjs'], { CHAINER_CPU_SANITIZE: '1' });
step('tests', [vitest, 'run', 'packages/device-cpu', '--pool=forks', '--maxWorkers=1'], watched);
step('fuzz', ['fuzz/dist/main.js', '--device', 'cpu', '--seed', '1', '--seconds', values.seconds], watched);
