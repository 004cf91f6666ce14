import type { xp } from 'chainer';
import { describe, expect, test } from 'vitest';
import { drawnDigits } from './drawn-digits.ts';

describe('drawn digits', () => {
  test("MNIST's form: float images from 0 to 1, int32 labels of ten classes", () => {
    const [train, test] = drawnDigits({ train: 200, test: 20 });
    expect([train.length, test.length]).toEqual([200, 20]);
    const [x, t] = train.columns as [xp.NdArray, xp.NdArray];
    expect([x.shape, x.dtype.name, t.shape, t.dtype.name]).toEqual([[200, 784], 'float32', [200], 'int32']);
    expect([x.min().itemSync(), x.max().itemSync()]).toEqual([0, 1]);
    expect([...new Set(t.toArraySync() as number[])].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((drawnDigits({ train: 2, test: 1, ndim: 3 })[0].columns[0] as xp.NdArray).shape).toEqual([
      2, 1, 28, 28,
    ]);
  });

  test('the seed decides, and no two are alike', () => {
    const pixels = (seed: number) =>
      (drawnDigits({ seed, train: 50, test: 1 })[0].columns[0] as xp.NdArray).toArraySync() as number[][];
    const [a, b] = [pixels(1), pixels(2)];
    expect(pixels(1)).toEqual(a);
    expect(new Set([...a, ...b].map((image) => image.join())).size).toBe(100);
  });

  test('a digit is a few percent of ink, away from the border', () => {
    const [train] = drawnDigits({ train: 300, test: 1, ndim: 3 });
    const x = train.columns[0] as xp.NdArray;
    const ink = x.mean({ axis: [1, 2, 3] });
    expect(ink.min().itemSync()).toBeGreaterThan(0.02);
    expect(ink.max().itemSync()).toBeLessThan(0.3);
    const border = x
      .at('...', 0, ':')
      .sum()
      .add(x.at('...', 27, ':').sum())
      .add(x.at('...', ':', 0).sum());
    expect(Number(border.itemSync()) / 300).toBeLessThan(0.5);
  });
});
