// The browser that tests drive. Installed when we may (root, Debian's kin); otherwise those tests are skipped, which they say.

import { existsSync } from 'node:fs';
import { aptInstall } from './libraries.mjs';
import { recall, remember, run, say, since } from './steps.mjs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function testBrowser({ retry }) {
  if (process.env.CHROMIUM || places.some((path) => existsSync(path))) return;
  if (process.platform !== 'linux' || process.getuid() !== 0) return;
  if ((await run('dpkg-query', ['--version'])).code !== 0) return;
  if (recall('browser') === 'failed' && !retry) return;
  const start = performance.now();
  say('browser for tests: installing chromium (apt-get) …');
  const trouble = await aptInstall(['chromium']);
  remember('browser', trouble === undefined ? undefined : 'failed');
  if (trouble === undefined) return say(`browser for tests: installed in ${since(start)}`);
  process.stderr.write(`${trouble}\n`);
  say(`browser for tests: apt-get failed after ${since(start)} (above); its tests are skipped`);
}
