// The native addons, of the `cpu` and the `cuda` device. Their own build scripts decide whether anything must be built:
// exit 0, built (having said so) or up to date (having said nothing); exit 2, cannot be built here, the reason on stderr.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, fingerprint } from './files.mjs';
import { recall, remember, root, run, say, since } from './steps.mjs';

/** Devices with an addon: the name under which a failure is remembered, and what it means. */
const addons = [
  {
    device: 'cpu',
    name: 'native addon',
    memory: 'addon',
    meaning: 'everything runs on the js device, slower',
  },
  {
    device: 'cuda',
    name: 'native addon of cuda',
    memory: 'addon-cuda',
    meaning: 'there is no cuda device',
  },
];

function without({ name, meaning }, reason) {
  say(`${name}: not built: ${reason}`);
  say(`${name}: ${meaning}. Once cured: npm run setup -- --retry`);
}

async function built(addon, retry) {
  const { device, memory } = addon;
  const home = join(root, 'packages', `device-${device}`);
  const script = join(home, 'scripts', 'build.mjs');
  if (!existsSync(script)) return;
  const sources = fingerprint(filesBelow(home, { leaveOut: ['build', 'dist', 'node_modules'] }));
  const failure = recall(memory);
  if (failure?.sources === sources && !retry) return without(addon, failure.reason);
  const start = performance.now();
  const { code, output, errors } = await run(process.execPath, [script], { echo: true });
  if (code === 0) {
    if (output || errors) say(`${addon.name}: ready after ${since(start)}`);
    if (failure) remember(memory, undefined);
    return;
  }
  const reason =
    code === 2 ? errors.trim().split('\n').at(-1) : `its build ended with exit code ${code} (above)`;
  remember(memory, { sources, reason });
  without(addon, reason);
}

/** Builds the addons when needed; without one everything else works, and this says so. */
export async function builtAddons({ retry }) {
  for (const addon of addons) await built(addon, retry);
}
