import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Where a subpath leads: to one module and its bundle for Node, or (`source` an object) to one in Node and to another elsewhere. */
interface Entry {
  readonly source: string | Record<'node' | 'default', string>;
  readonly types: string;
  readonly node: string;
  readonly default: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly sideEffects?: boolean | readonly string[];
  readonly exports?: Record<string, string | Entry>;
  readonly dependencies?: Record<string, string>;
}

const packages = join(import.meta.dirname, '..', 'packages');
const folders = readdirSync(packages).filter((name) => existsSync(join(packages, name, 'package.json')));

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as Manifest;
}

const versions = new Map(folders.map(manifestOf).map(({ name, version }) => [name, version]));

describe.each(folders)('packages/%s', (folder) => {
  const manifest = manifestOf(folder);

  it('exports only modules that exist, compiled from the source that it names', () => {
    for (const target of Object.values(manifest.exports ?? {})) {
      if (typeof target === 'string') continue;
      const { source, types, node, default: compiled } = target;
      const { node: nodeSource, default: main } = typeof source === 'string' ? { default: source } : source;
      const compiledFrom = (path: string, ending: string) =>
        path.replace('./src/', './dist/').replace(/\.ts$/, ending);
      for (const path of [main, nodeSource ?? main]) {
        expect(existsSync(join(packages, folder, path)), path).toBe(true);
      }
      expect(types).toBe(compiledFrom(main, '.d.ts'));
      expect(compiled).toBe(compiledFrom(main, '.js'));
      expect(node).toBe(compiledFrom(nodeSource ?? main, '.js').replace('./dist/', './dist/node/'));
    }
  });

  it('has no side effects but in the modules it lists, so that bundlers drop what is not used', () => {
    const listed = {
      xp: [
        ...['index', 'functions', 'random/index', 'linalg/index', 'fft/index', 'cupyx/index'],
        ...['install', 'install-reading', 'node', 'node-devices'],
        ...['node-functions', 'node-random', 'node-linalg', 'node-fft', 'node-cupyx'],
      ],
      chainer: [
        ...['index', 'core/index', 'functions/index', 'links/index', 'worker'],
        ...['core/install', 'core/install-graph'],
      ],
    }[folder];
    const expected = listed?.flatMap((name) => [`./src/${name}.ts`, `./dist/${name}.js`]) ?? false;
    const { sideEffects } = manifest;
    expect(Array.isArray(sideEffects) ? new Set(sideEffects) : sideEffects).toEqual(
      expected === false ? false : new Set(expected),
    );
  });

  it('asks for its siblings in the version that they have', () => {
    for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
      if (versions.has(name)) expect(version, name).toBe(versions.get(name));
    }
  });
});
