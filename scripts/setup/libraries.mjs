// The Debian packages that the `cpu` device is built on. Installed when we may (root, apt); otherwise named.

import { recall, remember, run, say, since } from './steps.mjs';

const libraries = ['libdnnl-dev', 'libopenblas-openmp-dev'];

async function missingLibraries() {
  const { output } = await run('dpkg-query', ['-W', ...libraries]);
  const installed = new Set(output.split('\n').map((line) => line.split(/[:\t]/)[0]));
  const missing = libraries.filter((name) => !installed.has(name));
  const compiler = await run(process.env.CXX ?? 'c++', ['--version']);
  return compiler.code === 0 ? missing : [...missing, 'g++'];
}

export async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=120'];
  const update = await run('apt-get', [...wait, 'update', '-q'], { env });
  const install = await run(
    'apt-get',
    [...wait, 'install', '-y', '-q', '--no-install-recommends', ...packages],
    {
      env,
    },
  );
  return install.code === 0 ? undefined : `${update.errors}${install.errors}`.trim();
}

/** Sees to the libraries where the system is Debian's kin; elsewhere the addon's build looks for them itself. */
export async function systemLibraries({ retry }) {
  if (process.platform !== 'linux') return;
  if ((await run('dpkg-query', ['--version'])).code !== 0) return;
  const missing = await missingLibraries();
  const names = missing.join(' ');
  if (missing.length === 0 || (recall('libraries') === names && !retry)) return;
  remember('libraries', names);
  if (process.getuid() !== 0) {
    say(`system libraries: the cpu device needs ${names}. Install them, then retry:`);
    say(`    sudo apt-get install ${names} && npm run setup -- --retry`);
    return;
  }
  const start = performance.now();
  say(`system libraries: installing ${names} (apt-get) …`);
  const trouble = await aptInstall(missing);
  if (trouble !== undefined) {
    process.stderr.write(`${trouble}\n`);
    say(`system libraries: apt-get failed after ${since(start)} (above). Retry: npm run setup -- --retry`);
    return;
  }
  remember('libraries', undefined);
  say(`system libraries: installed in ${since(start)}`);
}
