// Runs a program where the `cuda` device finds the emulator instead of a GPU:
//
//   node packages/device-cuda/scripts/emulated.mjs npm run conformance -- DIR --device cuda
//
// Kernels that were compiled are kept, so that the second run is quick.

import { spawnSync } from 'node:child_process';
import key from './key.cjs';

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('usage: emulated.mjs COMMAND ARGUMENTS…');
  process.exit(2);
}
const { status, error } = spawnSync(command, args, {
  stdio: 'inherit',
  env: { ...key.emulatedEnvironment(), ...process.env },
});
if (error) console.error(error.message);
process.exit(status ?? 1);
