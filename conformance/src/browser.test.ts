import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setDefaultDevice } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chromiumPath } from '../../scripts/chromium.ts';
import { device } from '../../scripts/webgpu.testing.ts';
import { loadApi } from './api.ts';
import { runInBrowser } from './browser.ts';
import { caseFiles } from './files.ts';
import { type Counts, runFiles } from './run.ts';
import { type Arrays, npz } from './testing/npz-writer.ts';

const arrays: Arrays = {
  x: ['float32', [3], Float32Array.of(1, -2, 3)],
  negated: ['float32', [3], Float32Array.of(-1, 2, -3)],
  wide: ['float64', [1], Float64Array.of(1)],
  places: ['int64', [2], BigInt64Array.of(0n, 2n)],
  mask: ['bool', [3], Uint8Array.of(1, 0, 1)],
  gy: ['float32', [3], Float32Array.of(1, 10, 100)],
  relu: ['float32', [3], Float32Array.of(1, 0, 3)],
  gx: ['float32', [3], Float32Array.of(1, 0, 100)],
};

/** Cases of each outcome: the counts of both runs must say so. */
const xpCases = [
  { id: 'negative-0', fn: 'negative', args: [{ array: 'x' }], outputs: ['negated'] },
  { id: 'wrong', fn: 'absolute', args: [{ array: 'x' }], outputs: ['negated'] },
  { id: 'negative-1', fn: 'negative', args: [{ array: 'wide' }], outputs: ['wide'] },
  { id: 'nonzero-0', fn: 'nonzero', args: [{ array: 'mask' }], outputs: ['places'] },
];
const functionCases = [
  {
    id: 'relu-0',
    fn: 'relu',
    args: [{ array: 'x' }],
    outputs: ['relu'],
    backward: { gy: ['gy'], gx: { x: 'gx' } },
    rtol: 1e-6,
    atol: 1e-6,
  },
];
const expected: Counts = { passed: 3, failed: 1, unsupported: 1 };

describe.runIf(chromiumPath !== null)('the runner in a page of Chromium', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'conformance-browser-'));
    for (const [suite, cases] of Object.entries({ xp: xpCases, functions: functionCases })) {
      writeFileSync(join(folder, `${suite}.json`), JSON.stringify({ suite, group: 'few', cases }));
      writeFileSync(join(folder, `${suite}.npz`), npz(arrays));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('counts what it counts in Node, and prints it', async () => {
    const lines: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
    try {
      const settings = { list: 'failed', only: '' };
      const { total, where } = await runInBrowser(folder, 'webgpu', settings);
      expect(where).toBe('webgpu in Chromium');
      expect(total).toEqual(expected);
      const printed = lines.splice(0);
      expect(printed.some((line) => line.startsWith('failed xp/few/wrong: '))).toBe(true);
      if ((await device()) === null) return;
      const api = await loadApi('webgpu');
      try {
        expect(await runFiles(caseFiles(folder), api, settings)).toEqual(total);
      } finally {
        setDefaultDevice(null);
      }
      expect(lines).toEqual(printed);
    } finally {
      log.mockRestore();
    }
  }, 120_000);

  it('refuses a device that a page has not', async () => {
    await expect(runInBrowser(folder, 'cpu', { list: undefined, only: '' })).rejects.toThrow(
      "there is no device 'cpu' in a page; known: js, webgpu",
    );
  }, 120_000);
});
