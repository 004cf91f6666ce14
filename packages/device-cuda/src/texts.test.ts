import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.testing.ts';
import { complaintsOf, findNvcc, together } from './nvcc.testing.ts';
import { Writing } from './texts.testing.ts';

/** Modules of a family, in the order in which they were asked for. */
function modulesOf(family: string): string[] {
  const device = new Writing();
  catalogue[family]!(device);
  return [...device.modules.keys()];
}

const hash = (texts: readonly string[]) =>
  createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);

/** Texts that are kept whole, for readers: the first of a family, and which. */
const shown: Readonly<Record<string, string>> = {
  layouts: 'elementwise_scaled',
  reduce: 'reduce_sum',
  matmul: 'matmul',
  softmax: 'softmax',
};

describe('the texts of kernels', () => {
  // After a change that was meant: npx vitest run packages/device-cuda/src/texts.test.ts -u
  for (const family of Object.keys(catalogue)) {
    it(`${family}: as they were`, () => {
      const modules = modulesOf(family);
      for (const module of modules) expect(module).not.toMatch(/#include|undefined|\[object|NaN|Infinity/);
      expect(`${modules.length} kernels, ${hash(modules)}`).toMatchSnapshot();
      const name = shown[family];
      if (name === undefined) return;
      const text = modules.find((m) => m.includes(` ${name}(`)) ?? '';
      expect(text.slice(text.indexOf('struct P'))).toMatchSnapshot(name);
    });
  }
});

const nvcc = findNvcc();
if (nvcc === null)
  console.warn('texts of packages/device-cuda: not compiled, as there is no nvcc (CUDA_HOME)');

/**
 * In the suite so many of each family; all of them, in some minutes, with
 * `CHAINER_CUDA_TEXTS=all npx vitest run packages/device-cuda/src/texts.test.ts`.
 */
const all = process.env.CHAINER_CUDA_TEXTS === 'all';
const few = 6;
const perFile = 100;

describe.skipIf(nvcc === null)('the texts of kernels, by nvcc for sm_80 and sm_90', () => {
  it(
    all ? 'compile, all of them' : 'compile, some of each family',
    async () => {
      const chosen = Object.keys(catalogue).flatMap((family) => {
        const modules = modulesOf(family);
        const step = all ? 1 : Math.max(1, Math.floor(modules.length / few));
        return modules.filter((_, k) => k % step === 0);
      });
      const files: string[] = [];
      // Neighbours are alike: files take them in turn.
      const count = Math.max(2, Math.ceil(chosen.length / perFile));
      for (let k = 0; k < count; k++) files.push(together(chosen.filter((_, i) => i % count === k)));
      const worker = async () => {
        for (let file = files.pop(); file !== undefined; file = files.pop())
          expect(await complaintsOf(nvcc as string, file)).toBe('');
      };
      await Promise.all([worker(), worker()]);
    },
    all ? 3_600_000 : 120_000,
  );
});
