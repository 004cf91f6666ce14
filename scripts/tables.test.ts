import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { devices } from '@chainer/xp';
import { jsKernels } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { deviceTable, functionsPage, processors, tableIn, withTable } from './tables.mjs';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const cpu = devices().find((d) => d.name === 'cpu' && d.kernels !== jsKernels);

describe('generated documentation', () => {
  it('docs/functions.md is current (npm run tables)', () => {
    expect(readFileSync(join(root, 'docs', 'functions.md'), 'utf8')).toBe(functionsPage());
  });

  it.runIf(cpu)('the device table of README.md is current (npm run tables)', () => {
    const js = devices().find((d) => d.name === 'js');
    expect(tableIn(readme)).toBe(deviceTable([js, cpu, ...processors], jsKernels));
  });

  it('tells native from borrowed by the kernel maps, and refuses a contract that it does not know', () => {
    const native = Object.fromEntries(Object.keys(jsKernels).map((name) => [name, () => {}]));
    const device = { name: 'some', kernels: { ...native, sort: jsKernels.sort, random: jsKernels.random } };
    const table = deviceTable([{ name: 'js', kernels: jsKernels }, device], jsKernels);
    expect(table).toContain('| kernels | `js` | `some` |');
    expect(table).toContain('| matrix products | TypeScript | native |');
    expect(table).toContain('| sorting | TypeScript | native; `sort` borrowed |');
    expect(table).toContain('| random numbers | TypeScript | borrowed from `js` |');
    expect(() => deviceTable([], { ...jsKernels, unheardOf: () => {} })).toThrow(/differ in: unheardOf$/);
  });

  it('replaces what stands between the marks and nothing else', () => {
    const changed = withTable(readme, 'new');
    expect(tableIn(changed)).toBe('new');
    expect(withTable(changed, tableIn(readme))).toBe(readme);
    expect(() => withTable('no marks', 'new')).toThrow(/lacks the marks/);
  });
});
