// Runs a program where the `cuda` device finds the emulator instead of a GPU:
//
//   node packages/device-cuda/scripts/emulated.mjs npm run conformance -- DIR --device cuda
//
// Kernels that were compiled are kept, so that the second run is quick. With --ahead in front of the command it is run twice: first, unseen,
// to collect the kernels' texts, which are then compiled together; that takes a tenth of the time.

import { spawnSync } from 'node:child_process';
import key from './key.cjs';

const ahead = process.argv[2] === '--ahead';
const [command, ...args] = process.argv.slice(ahead ? 3 : 2);
if (command === undefined) {
  console.error('usage: emulated.mjs [--ahead] COMMAND ARGUMENTS…');
  process.exit(2);
}
const env = { ...key.emulatedEnvironment(), ...process.env };
// What fails here, since kernels do not run, is run again.
if (ahead) {
  const collect = [env.CHAINER_EMULATOR, 'collect=1'].filter(Boolean).join(',');
  spawnSync(command, args, { stdio: 'ignore', env: { ...env, CHAINER_EMULATOR: collect } });
}
const { status, error } = spawnSync(command, args, {
  stdio: 'inherit',
  env,
});
if (error) console.error(error.message);
process.exit(status ?? 1);
