import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { js } from './device.ts';
import * as families from './families.ts';
import { common } from './family.ts';
import { jsKernels } from './kernels.ts';

/** Sources that users' programs consist of: everything but tests, and what devices do inside. */
function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|testing)\.ts$/.test(name) && !/^js[\\/]/.test(name))
    .map((name) => join(folder, name));
}

describe('kernel families', () => {
  it('are reached by name, but for those that every program has', () => {
    const folders = [join(import.meta.dirname, '..'), join(import.meta.dirname, '../../../chainer/src')];
    const names = Object.keys(jsKernels).filter((name) => !(name in common));
    const past = new RegExp(`kernels\\.(${names.join('|')})\\(`);
    const files = folders.flatMap(sources);
    expect(files.length).toBeGreaterThan(500);
    // A kernel that is called past its family would be missing on `js` in a program that has no other use for it.
    expect(files.filter((file) => past.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('are the kernels of the device, on every device', () => {
    const other = { ...js, kernels: { ...jsKernels } };
    for (const on of Object.values(families)) {
      expect(on(js)).toBe(js.kernels);
      expect(on(other)).toBe(other.kernels);
    }
    expect(js.kernels).toBe(jsKernels);
  });
});
