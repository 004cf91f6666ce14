// The native addon of the `cpu` device. Its own build script decides whether anything must be built:
// exit 0, built (having said so) or up to date (having said nothing); exit 2, cannot be built here, the reason on stderr.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, fingerprint } from './files.mjs';
import { recall, remember, root, run, say, since } from './steps.mjs';

const home = join(root, 'packages', 'device-cpu');
const script = join(home, 'scripts', 'build.mjs');

function without(reason) {
  say(`native addon: not built: ${reason}`);
  say('native addon: everything runs on the js device, slower. Once cured: npm run setup -- --retry');
}

/** Builds the addon when needed; without it everything works on `js`, and this says so. */
export async function builtAddon({ retry }) {
  if (!existsSync(script)) return;
  const sources = fingerprint(filesBelow(home, { leaveOut: ['build', 'dist', 'node_modules'] }));
  const failure = recall('addon');
  if (failure?.sources === sources && !retry) {
    without(failure.reason);
    return;
  }
  const start = performance.now();
  const { code, output, errors } = await run(process.execPath, [script], { echo: true });
  if (code === 0) {
    if (output || errors) say(`native addon: ready after ${since(start)}`);
    if (failure) remember('addon', undefined);
    return;
  }
  const reason =
    code === 2 ? errors.trim().split('\n').at(-1) : `its build ended with exit code ${code} (above)`;
  remember('addon', { sources, reason });
  without(reason);
}
