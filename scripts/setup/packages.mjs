// npm packages: `npm ci`, only when what is installed is not what package-lock.json asks for.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say, since } from './steps.mjs';

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** npm leaves a lock file of what it has installed; packages for other platforms are missing from it. */
function upToDate() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, integrity, resolved, optional }]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (!found) return optional === true;
    return found.version === version && found.integrity === integrity && found.resolved === resolved;
  });
}

/** The npm that runs us if one does (it may not be on the PATH), otherwise the one on the PATH. */
function npm() {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.c?js$/.test(own)) return [process.execPath, [own]];
  return process.platform === 'win32' ? ['cmd.exe', ['/c', 'npm']] : ['npm', []];
}

/** Installs the npm packages when needed. Resolves to whether they are there. */
export async function npmPackages() {
  if (upToDate()) return true;
  const start = performance.now();
  say('npm packages: installing (npm ci) …');
  const [command, first] = npm();
  const options = ['--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output, errors } = await run(command, [...first, 'ci', ...options]);
  if (code !== 0) {
    process.stderr.write(output + errors);
    say(`npm packages: npm ci failed after ${since(start)} (above). It needs the npm registry once.`);
    return false;
  }
  say(`npm packages: installed in ${since(start)}`);
  return true;
}
