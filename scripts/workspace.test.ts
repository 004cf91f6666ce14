import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly sideEffects?: boolean;
  readonly exports?: Record<string, string | Record<'source' | 'types' | 'default', string>>;
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
      const { source, types, default: compiled } = target;
      expect(existsSync(join(packages, folder, source)), source).toBe(true);
      expect(types).toBe(source.replace('./src/', './dist/').replace(/\.ts$/, '.d.ts'));
      expect(compiled).toBe(source.replace('./src/', './dist/').replace(/\.ts$/, '.js'));
    }
  });

  it('has no side effects, so that bundlers drop what is not used', () => {
    expect(manifest.sideEffects).toBe(false);
  });

  it('asks for its siblings in the version that they have', () => {
    for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
      if (versions.has(name)) expect(version, name).toBe(versions.get(name));
    }
  });
});
