import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { importCycles } from './cycles.mjs';

const made: string[] = [];

/** A package folder with these compiled modules. */
function packageOf(name: string, modules: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cycles-'));
  made.push(folder);
  const exports = { '.': { default: './dist/index.js' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, exports }));
  for (const [path, code] of Object.entries(modules)) {
    mkdirSync(dirname(join(folder, 'dist', path)), { recursive: true });
    writeFileSync(join(folder, 'dist', path), code);
  }
  return folder;
}

async function cyclesOf(...folders: string[]): Promise<string[][]> {
  return (await importCycles(folders)).map((cycle) => cycle.map((file) => basename(file)));
}

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

it('finds a cycle through several modules, re-exports included', async () => {
  const folder = packageOf('one', {
    'a.js': `import { b } from './deep/b.js'; export const a = b;`,
    'deep/b.js': `export * from './c.js'; export const b = 1;`,
    'deep/c.js': `import { a } from '../a.js'; export const c = () => a;`,
    'd.js': `import './a.js';`,
  });
  expect(await cyclesOf(folder)).toEqual([['a.ts', 'b.ts', 'c.ts', 'a.ts']]);
});

it('finds a cycle between packages', async () => {
  const low = packageOf('low', { 'index.js': `import 'high';` });
  const high = packageOf('high', { 'index.js': `import 'low';` });
  expect(await cyclesOf(low, high)).toHaveLength(1);
});

it('accepts a diamond, and a module that is loaded later', async () => {
  const folder = packageOf('one', {
    'a.js': `import './b.js'; import './c.js';`,
    'b.js': `import './d.js';`,
    'c.js': `import './d.js';`,
    'd.js': `export const here = import.meta.url; export const later = () => import('./a.js');`,
  });
  expect(await cyclesOf(folder)).toEqual([]);
});
