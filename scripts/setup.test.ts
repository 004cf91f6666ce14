// Setup in a small workspace of its own, with stand-ins for the programs that it calls.

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let root: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A program on the PATH that writes its name into `calls`, then does what `script` says. */
function program(name: string, script: string): void {
  write(`bin/${name}`, `#!/bin/sh\necho ${name} "$@" >> '${root}/calls'\n${script}\n`);
  chmodSync(join(root, 'bin', name), 0o755);
}

const lock = (version: string) =>
  JSON.stringify({ packages: { '': {}, 'node_modules/a': { version, integrity: `sha512-${version}` } } });

const nobody = { uid: 65534, gid: 65534 };

/** Runs setup; `said` is what it wrote to stderr without the times. */
function setupAs(user: { uid?: number; gid?: number }, ...flags: string[]) {
  const env = { PATH: join(root, 'bin'), HOME: root, npm_execpath: join(root, 'npm-cli.js') };
  const args = [join(root, 'scripts', 'setup.mjs'), ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { ...user, env, encoding: 'utf8' });
  return { status, stdout, said: stderr.replace(/\d+\.\d s/g, 'N s') };
}

const setup = (...flags: string[]) => setupAs({}, ...flags);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'setup-'));
  cpSync(join(import.meta.dirname, 'setup.mjs'), join(root, 'scripts', 'setup.mjs'));
  cpSync(join(import.meta.dirname, 'setup'), join(root, 'scripts', 'setup'), { recursive: true });
  write('package-lock.json', lock('1.0.0'));
  write('node_modules/.package-lock.json', lock('1.0.0'));
  const copyLock = `fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`;
  write('npm-cli.js', `const fs = require('node:fs'); fs.appendFileSync('calls', 'npm\\n'); ${copyLock}`);
  write('tsconfig.json', JSON.stringify({ references: [{ path: 'packages/p' }] }));
  write('packages/p/src/index.ts', 'export {};');
  const emit = `fs.mkdirSync('packages/p/dist', { recursive: true }); fs.writeFileSync('packages/p/dist/.tsbuildinfo', '');`;
  write('node_modules/typescript/bin/tsc', `const fs = require('node:fs'); ${emit}`);
  program('c++', '');
  program('dpkg-query', 'echo libdnnl-dev:amd64 2.6; echo libopenblas-openmp-dev:amd64 0.3');
  setup();
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

it('says and does nothing when all is there', () => {
  expect(setup()).toEqual({ status: 0, said: '', stdout: '' });
});

describe('npm packages', () => {
  it('are installed when the lock file asks for others than are there', () => {
    write('package-lock.json', lock('1.0.1'));
    expect(setup().said).toContain('npm packages: installed in N s\n');
    expect(setup().said).toBe('');
  });

  it('stop everything when they cannot be installed', () => {
    write('package-lock.json', lock('1.0.1'));
    write('npm-cli.js', `console.error('no network'); process.exit(1);`);
    const { status, said } = setup();
    expect(status).toBe(1);
    expect(said).toContain('no network');
    expect(said).toContain('npm ci failed');
  });
});

describe('TypeScript', () => {
  it('is compiled again when a source changes, and leaves nothing of sources that are gone', () => {
    write('packages/p/dist/gone.js', '');
    write('packages/p/dist/gone.d.ts.map', '');
    write('packages/p/dist/index.js', '');
    write('packages/p/src/more.ts', '');
    expect(setup()).toMatchObject({
      status: 0,
      said: expect.stringContaining('TypeScript: compiled in N s\n'),
    });
    expect(existsSync(join(root, 'packages/p/dist/gone.js'))).toBe(false);
    expect(existsSync(join(root, 'packages/p/dist/gone.d.ts.map'))).toBe(false);
    expect(existsSync(join(root, 'packages/p/dist/index.js'))).toBe(true);
    expect(setup().said).toBe('');
  });

  it('that is wrong fails, every time', () => {
    write('packages/p/src/more.ts', '');
    write('node_modules/typescript/bin/tsc', `console.log('error TS1'); process.exit(2);`);
    for (const { status, said } of [setup(), setup()]) {
      expect(status).toBe(1);
      expect(said).toContain('error TS1');
    }
  });
});

describe('native addon', () => {
  const build = (script: string) => write('packages/device-cpu/scripts/build.mjs', script);

  it('is mentioned when it was built', () => {
    build(`console.log('compiling');`);
    expect(setup().said).toContain('native addon: ready after N s');
  });

  it('that cannot be built is named with the reason, and not tried again until something changes', () => {
    build(`console.error('no compiler found'); process.exit(2);`);
    expect(setup()).toMatchObject({
      status: 0,
      said: expect.stringContaining('not built: no compiler found'),
    });
    expect(setup()).toMatchObject({
      status: 0,
      said: expect.stringContaining('everything runs on the js device'),
    });

    write('packages/device-cpu/native/op.cc', '');
    build(`process.exit(0);`);
    expect(setup()).toEqual({ status: 0, said: '', stdout: '' });
  });

  it('is tried again when asked to', () => {
    build(
      `import { existsSync } from 'node:fs'; if (existsSync('cured')) console.log('built'); else process.exit(2);`,
    );
    setup();
    write('cured', '');
    expect(setup().said).toContain('not built');
    expect(setup('--retry').said).toContain('ready after');
  });
});

describe.runIf(process.platform === 'linux')('system libraries', () => {
  beforeEach(() => {
    program(
      'dpkg-query',
      'if [ -e "$HOME/installed" ]; then echo libdnnl-dev; echo libopenblas-openmp-dev; fi',
    );
  });

  it.runIf(process.getuid?.() === 0)('are installed by root', () => {
    program('apt-get', `if [ "$3" = install ]; then : > '${root}/installed'; fi`);
    expect(setup().said).toContain('installing libdnnl-dev libopenblas-openmp-dev (apt-get) …');
    expect(setup().said).toBe('');
  });

  it.runIf(process.getuid?.() === 0)('that cannot be installed are named, and not tried again', () => {
    program('apt-get', 'echo no network >&2; exit 100');
    expect(setup()).toMatchObject({
      status: 0,
      said: expect.stringMatching(/no network[\s\S]*apt-get failed/),
    });
    expect(setup()).toEqual({ status: 0, said: '', stdout: '' });
    expect(setup('--retry').said).toContain('apt-get failed');
  });

  it('are named for everybody else', () => {
    spawnSync('chmod', ['-R', 'a+rwX', root]);
    const { status, said } = setupAs(process.getuid?.() === 0 ? nobody : {});
    expect(status).toBe(0);
    expect(said).toContain('sudo apt-get install libdnnl-dev libopenblas-openmp-dev');
    expect(said).not.toContain('installing');
  });
});
