import { array, js, NdArray } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { mul } from '../functions/math/arithmetic.ts';
import { assertAgreement, movedTo, type Results, resultsOf } from './agreement.ts';
import '../core/install.ts';

const given = (values: number[]) => array(values, { device: js });
const exact = { atol: 0, rtol: 0 };
const tolerances = { forward: exact, backward: exact, doubleBackward: exact };

const product = () =>
  resultsOf((x, y) => mul(x, y), {
    xs: [given([2, 3]), given([5, 7])],
    gys: [given([1, 10])],
    ggs: [given([1, 1]), given([0, 1])],
  });

describe('resultsOf', () => {
  it('has values, gradients and second gradients', () => {
    const { outputs, gradients, secondGradients } = product();
    const lists = (xs: readonly (NdArray | null)[]) => xs.map((x) => x?.toArraySync());
    expect(lists(outputs)).toEqual([[10, 21]]);
    // gx = gy y, gy' = gy x
    expect(lists(gradients)).toEqual([
      [5, 70],
      [2, 30],
    ]);
    // Σ ggx gy y + ggy gy x towards x, y and gy
    expect(lists(secondGradients)).toEqual([
      [0, 10],
      [1, 10],
      [5, 10],
    ]);
  });
});

describe('assertAgreement', () => {
  it('accepts equal results', async () => {
    await assertAgreement(product(), product(), js, tolerances);
  });

  it('names the result that differs', async () => {
    const wrong = (part: Partial<Results>) =>
      assertAgreement({ ...product(), ...part }, product(), js, tolerances);
    await expect(wrong({ outputs: [given([10, 22])] })).rejects.toThrow('result 0');
    await expect(wrong({ gradients: [given([5, 70]), given([2, 31])] })).rejects.toThrow('gradient 1');
    await expect(wrong({ gradients: [given([5, 70]), null] })).rejects.toThrow('gradient 1 is null');
    await expect(wrong({ secondGradients: [] })).rejects.toThrow('there are 0 second gradients, on js 3');
    await expect(wrong({ outputs: [given([10, 21]).astype('float64')] })).rejects.toThrow('float64');
  });
});

describe('movedTo', () => {
  it('keeps the layout', () => {
    const base = given([1, 2, 3, 4, 5, 6]);
    const x = new NdArray(base.storage, base.dtype, [3], [-2], base.offset + 4);
    const y = movedTo(x, js);
    expect(y.steps).toEqual([-2]);
    expect(y.toArraySync()).toEqual([5, 3, 1]);
    expect(y.storage).not.toBe(x.storage);
  });
});
