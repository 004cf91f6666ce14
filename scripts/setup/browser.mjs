// The browser that tests drive. Installed when we may (root, Debian's kin); otherwise those tests are skipped, which they say.

import { existsSync } from 'node:fs';
import { aptInstall } from './libraries.mjs';
import { recall, remember, run, say, since } from './steps.mjs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function testBrowser({ retry }) {
  if (process.platform !== 'linux' || process.getuid() !== 0) return;
  if ((await run('dpkg-query', ['--version'])).code !== 0) return;
  const wanted = process.env.CHROMIUM || places.some((path) => existsSync(path)) ? [] : ['chromium'];
  // Vulkan's loader: with it, Dawn finds the processor that Chromium emulates, and tests of the webgpu device run.
  if ((await run('dpkg-query', ['-W', 'libvulkan1'])).code !== 0) wanted.push('libvulkan1');
  if (wanted.length === 0 || (recall('browser') === 'failed' && !retry)) return;
  const start = performance.now();
  say(`browser for tests: installing ${wanted.join(', ')} (apt-get) …`);
  const trouble = await aptInstall(wanted);
  remember('browser', trouble === undefined ? undefined : 'failed');
  if (trouble === undefined) return say(`browser for tests: installed in ${since(start)}`);
  process.stderr.write(`${trouble}\n`);
  say(`browser for tests: apt-get failed after ${since(start)} (above); its tests are skipped`);
}
