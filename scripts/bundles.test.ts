// The bundles that Node loads of each package: what is in them, and what an import costs (in modules; milliseconds are `npm run bench`'s).

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Entry {
  readonly source: string | { readonly node: string };
  readonly node: string;
}

const root = join(import.meta.dirname, '..');
const folder = (name: string) => join(root, 'packages', name);

const entries = ['xp', 'device-cpu', 'device-webgpu', 'chainer'].flatMap((name) => {
  const manifest = readFileSync(join(folder(name), 'package.json'), 'utf8');
  const { exports } = JSON.parse(manifest) as { exports: Record<string, string | Entry> };
  return Object.values(exports)
    .filter((entry) => typeof entry !== 'string')
    .map(({ source, node }) => ({
      name: `${name}: ${typeof source === 'string' ? source : source.node}`,
      bundle: join(folder(name), node),
      modules: join(folder(name), node.replace('/node/', '/')),
    }));
});

/** Runs a module in a fresh Node process, where packages are found as their users find them; what it printed, read as JSON. */
function run(code: string): unknown {
  const env = { ...process.env, CHAINER_DEVICE: '', NODE_OPTIONS: '' };
  const args = ['--input-type=module', '-e', code];
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd: join(root, 'examples'), env, encoding: 'utf8' }),
  );
}

const built = existsSync(join(folder('chainer'), 'dist', 'node', 'index.js'));

describe.skipIf(!built)('bundles for Node', () => {
  it('export what the modules do, under the same names', () => {
    const code = `
      const names = async (path) => Object.fromEntries(Object.entries(await import(path))
        .map(([key, value]) => [key, typeof value === 'function' ? value.name : '']));
      const found = [];
      for (const { name, bundle, modules } of ${JSON.stringify(entries)})
        found.push({ name, bundle: await names(bundle), modules: await names(modules) });
      console.log(JSON.stringify(found));`;
    const found = run(code) as { name: string; bundle: object; modules: object }[];
    expect(found.length).toBeGreaterThan(20);
    for (const { name, bundle, modules } of found) expect(bundle, name).toEqual(modules);
  });

  it('share everything: there is one of each class, table and setting', () => {
    const code = `
      import * as chainer from 'chainer';
      import * as F from 'chainer/functions';
      import * as L from 'chainer/links';
      import { NdArray, float32 } from '@chainer/xp';
      import * as internal from '@chainer/xp/internal';
      console.log(JSON.stringify([
        chainer.functions.relu === F.relu, new L.Linear(1, 1) instanceof chainer.Link, internal.NdArray === NdArray,
        internal.float32 === float32, chainer.xp.NdArray === NdArray,
      ]));`;
    expect(run(code)).toEqual([true, true, true, true, true]);
  });

  it('are ASCII, which V8 keeps and compiles as one byte a character', () => {
    for (const { name, bundle } of entries) {
      const chunks = [...readFileSync(bundle, 'utf8').matchAll(/from "(\.[^"]+)"/g)].map(([, path]) => path!);
      for (const file of [bundle, ...chunks.map((path) => join(dirname(bundle), path))])
        expect(/[^\0-\x7f].*/.exec(readFileSync(file, 'utf8'))?.[0], `${name}: ${file}`).toBeUndefined();
    }
  });

  it("import 'chainer' loads a few modules and no native library until a device is used", () => {
    const code = `
      import { Session } from 'node:inspector';
      const modules = [];
      const session = new Session();
      session.connect();
      session.on('Debugger.scriptParsed', ({ params: { url } }) => url.startsWith('file:') && modules.push(url));
      session.post('Debugger.enable');
      const addons = () => process.report.getReport().sharedObjects.filter((path) => path.endsWith('.node')).length;
      const { xp } = await import('chainer');
      const before = addons();
      xp.zeros([1]);
      console.log(JSON.stringify({ modules: modules.length, before, after: addons(), device: xp.defaultDevice().name }));`;
    const { modules, before, after, device } = run(code) as Record<string, number | string>;
    expect(modules).toBeGreaterThan(1);
    expect(modules).toBeLessThan(14);
    expect(before).toBe(0);
    expect(after).toBe(device === 'cpu' ? 1 : 0);
  });
});
