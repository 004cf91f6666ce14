// Makes a bare clone ready: npm packages, system libraries, the native addons, the compiled TypeScript.
// Plain JavaScript without dependencies, because it runs before anything is installed. It says each step that has
// something to do, with its time, on stderr, so that the command that follows owns stdout; otherwise it says nothing.
//
//   node scripts/setup.mjs                   everything
//   node scripts/setup.mjs --only-packages   npm packages alone (`npm run check` compiles by itself)
//   node scripts/setup.mjs --with-browser    and the browser that `npm test` drives
//   node scripts/setup.mjs --retry           also tries again what failed the last time

import { builtAddons } from './setup/addon.mjs';
import { testBrowser } from './setup/browser.mjs';
import { systemLibraries } from './setup/libraries.mjs';
import { npmPackages } from './setup/packages.mjs';
import { compiledSources } from './setup/sources.mjs';
import { say } from './setup/steps.mjs';

const oldestNode = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
  say(`Node ${process.versions.node} is too old: this project needs Node ${oldestNode.join('.')} or newer.`);
  process.exit(1);
}

const retry = process.argv.includes('--retry');
if (!(await npmPackages())) process.exit(1);
if (process.argv.includes('--only-packages')) process.exit(0);

const addon = systemLibraries({ retry }).then(() => builtAddons({ retry }));
// After the addon's libraries: apt-get does one thing at a time.
const browser = process.argv.includes('--with-browser') ? addon.then(() => testBrowser({ retry })) : null;
const [compiled] = await Promise.all([compiledSources(), addon, browser]);
process.exit(compiled ? 0 : 1);
