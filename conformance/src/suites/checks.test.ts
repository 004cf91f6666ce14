import { describe, expect, it } from 'vitest';
import type { CaseRun } from '../case-run.ts';
import type { JsonObject } from '../json.ts';
import { Npz } from '../npz.ts';
import type { RawArray } from '../raw.ts';
import { fakeApi, fakeArray } from '../testing/fake-api.ts';
import { npz } from '../testing/npz-writer.ts';
import { parseDot } from './graphs.ts';
import { checkOrthogonal, checkStatistics } from './initializers.ts';
import { lines, requirePartition } from './partition.ts';
import { promotionRows } from './promotion.ts';
import { checkReconstruct, requireUnordered } from './reconstruct.ts';
import { compareEntries } from './trainers.ts';

const tolerance = { rtol: 1e-9, atol: 1e-9 };
const list = (...values: number[]) => ({
  re: Float64Array.from(values),
  im: new Float64Array(values.length),
});

describe('requireUnordered', () => {
  it('meets each value once', () => {
    expect(() => requireUnordered(list(3, 1, 2), list(1, 2, 3), tolerance)).not.toThrow();
    expect(() => requireUnordered(list(1, 1, 2), list(1, 2, 2), tolerance)).toThrow(/no value for 2/);
    expect(() => requireUnordered(list(1, 2), list(1, 2, 3), tolerance)).toThrow(/2 values, expected 3/);
    const upper = { re: Float64Array.of(0, 0), im: Float64Array.of(1, 1) };
    expect(() => requireUnordered(upper, { ...upper, im: Float64Array.of(1, -1) }, tolerance)).toThrow(
      /no value/,
    );
  });
});

describe('checkReconstruct', () => {
  const matrix = (shape: number[], ...values: number[]): RawArray => ({
    dtype: 'float64',
    shape,
    data: Float64Array.from(values),
  });
  const check = (kind: string, product: RawArray, ...factors: RawArray[]): Promise<void> => {
    const store = new Npz(
      npz({
        product: ['float64', [...product.shape], product.data],
        values: ['float64', [2], Float64Array.of(3, 2)],
      }),
    );
    const content: JsonObject = { id: 'a', kind, product: 'product', values: 'values' };
    const run: CaseRun = {
      api: fakeApi,
      store,
      folder: '',
      id: 'a',
      case: content,
      tolerance,
      int32ForInt64: true,
    };
    return checkReconstruct(run, factors.map(fakeArray));
  };
  const I = matrix([2, 2], 1, 0, 0, 1);
  const swap = matrix([2, 2], 0, 1, 1, 0);
  const A = matrix([2, 2], 0, 3, 2, 0);
  const D = matrix([2, 2], 3, 0, 0, 2);

  it('svd: the product, and unitary factors', async () => {
    await expect(check('svd', A, I, matrix([2], 3, 2), swap)).resolves.toBeUndefined();
    await expect(check('svd', A, I, matrix([2], 2, 3), swap)).rejects.toThrow(
      /U S Vh: got 2\+0j, expected 3/,
    );
    const half = matrix([2, 2], 0.5, 0, 0, 0.5);
    await expect(check('svd', A, half, matrix([2], 6, 4), swap)).rejects.toThrow(/Uᴴ U/);
  });

  it('svd of tall matrices, thin and full', async () => {
    const tall = matrix([3, 1], 0, 5, 0);
    await expect(
      check('svd', tall, matrix([3, 1], 0, 1, 0), matrix([1], 5), matrix([1, 1], 1)),
    ).resolves.toBe(undefined);
    const full = matrix([3, 3], 0, 1, 0, 1, 0, 0, 0, 0, 1);
    await expect(check('svd', tall, full, matrix([1], 5), matrix([1, 1], 1))).resolves.toBeUndefined();
  });

  it('qr: orthonormal Q, triangular R', async () => {
    await expect(check('qr', A, swap, matrix([2, 2], 2, 0, 0, 3))).resolves.toBeUndefined();
    await expect(check('qr', A, I, A)).rejects.toThrow(/not upper triangular/);
    await expect(check('qr', D, D, I)).rejects.toThrow(/Qᴴ Q/);
  });

  it('eigenvalues belong to eigenvectors of some length', async () => {
    await expect(check('eigh', D, matrix([2], 3, 2), I)).resolves.toBeUndefined();
    await expect(check('eigh', D, matrix([2], 2, 3), I)).rejects.toThrow(/A V/);
    await expect(check('eig', D, matrix([2], 2, 3), swap)).resolves.toBeUndefined();
    await expect(check('eig', D, matrix([2], 3, 2), matrix([2, 2], 0, 0, 0, 0))).rejects.toThrow(/length 0/);
  });
});

describe('requirePartition', () => {
  it('wants the kth value in its place, smaller before, greater after', () => {
    expect(() => requirePartition([2, 1, 3, 5, 4], [1, 2, 3, 4, 5], [2])).not.toThrow();
    expect(() => requirePartition([2, 3, 1, 5, 4], [1, 2, 3, 4, 5], [2])).toThrow(/wrong side/);
    expect(() => requirePartition([2, 1, 3, 5, 4], [1, 2, 3, 4, 5], [-1])).toThrow(/wrong side/);
    expect(() => requirePartition([2, 1, 3, 5, 5], [1, 2, 3, 4, 5], [2])).toThrow(/the values are/);
    expect(() => requirePartition([1, Number.NaN], [1, Number.NaN], [0])).not.toThrow();
    expect(() => requirePartition([Number.NaN, 1], [1, Number.NaN], [0])).toThrow(/wrong side/);
  });

  it('takes lines along any axis', () => {
    const array = { dtype: 'int32', shape: [2, 3], data: Int32Array.of(1, 2, 3, 4, 5, 6) };
    expect(lines(array, -1)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(lines(array, 0)).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(lines(array, null)).toEqual([[1, 2, 3, 4, 5, 6]]);
  });
});

describe('parseDot', () => {
  it('reads nodes and edges, whatever the labels hold', () => {
    const dot =
      'digraph graphname{rankdir=TB;1 [label="x: (2, 3), f[0];",shape="oval"];2 [label="F"]; 1 -> 2;}';
    const { nodes, edges } = parseDot(dot);
    expect([...nodes]).toEqual([
      ['1', '[label="x: (2, 3), f[0];",shape="oval"]'],
      ['2', '[label="F"]'],
    ]);
    expect(edges).toEqual([['1', '2']]);
  });
});

describe('samples of initializers', () => {
  const expected = { mean: 0, std: 1, meanTol: 0.1, stdTol: 0.1, min: -1.5, max: 1.5 };

  it('are checked by mean, deviation and range', () => {
    expect(() => checkStatistics([1, -1, 1, -1], expected)).not.toThrow();
    expect(() => checkStatistics([1, -1, 1, 1], expected)).toThrow(/mean/);
    expect(() => checkStatistics([0.5, -0.5], expected)).toThrow(/std/);
    expect(() => checkStatistics([1, -1, 1, -1], { ...expected, max: 0.9 })).toThrow(/outside/);
    expect(() => checkStatistics([1, -1, 1, -1], { ...expected, maxAtLeast: 1.1 })).toThrow(/largest/);
    expect(() => checkStatistics([Number.NaN, 1], expected)).toThrow(/mean/);
  });

  it('are orthogonal by rows or columns, whichever are fewer', () => {
    expect(() => checkOrthogonal([2, 0, 0, 0, 2, 0], [2, 3], 2)).not.toThrow();
    expect(() => checkOrthogonal([2, 0, 0, 2, 0, 0], [3, 2], 2)).not.toThrow();
    expect(() => checkOrthogonal([2, 0, 0, 2, 0, 0], [2, 3], 2)).toThrow(/scalar product of 0 and 1/);
    expect(() => checkOrthogonal([1, 0, 0, 1], [2, 2], 2)).toThrow(/got 1, expected 4/);
  });
});

describe('compareEntries', () => {
  const log = (loss: number, rest: JsonObject = {}): JsonObject => ({
    'main/loss': loss,
    epoch: 1,
    elapsed_time: 3,
    ...rest,
  });
  const near = { rtol: 0, atol: 0.5 };

  it('compares values within the tolerance, epoch and iteration exactly', () => {
    const { elapsed_time: _, ...expected } = log(1);
    expect(() => compareEntries([log(1.4)], [expected], near)).not.toThrow();
    expect(() => compareEntries([log(1.6)], [expected], near)).toThrow(/entry 0, main\/loss/);
    expect(() => compareEntries([log(1, { epoch: 1.1 })], [expected], near)).toThrow(/epoch/);
    expect(() => compareEntries([log(1, { lr: 1 })], [expected], near)).toThrow(/got .*lr/);
    expect(() => compareEntries([expected], [expected], near)).toThrow(/no elapsed_time/);
    expect(() => compareEntries([], [expected], near)).toThrow(/got 0 entries/);
  });
});

describe('promotion tables', () => {
  const dtypes = ['bool', 'int32', 'float64'];
  const table = [
    [null, null, null],
    [null, 'int32', 'float64'],
    [null, 'float64', 'float64'],
  ];
  const run = async (binary: JsonObject): Promise<string[]> => {
    const rows = promotionRows({ suite: 'xp', group: 'promotion', dtypes, binary });
    return Promise.all(
      rows.map(async (row) => {
        const outcome = await row.run(fakeApi);
        return `${row.id} ${outcome.status}${outcome.status === 'passed' ? '' : ` ${outcome.reason}`}`;
      }),
    );
  };

  it('count a case for each row', async () => {
    expect(await run({ add: table })).toEqual([
      'binary/add/bool passed',
      'binary/add/int32 passed',
      'binary/add/float64 passed',
    ]);
  });

  it('name the cells that differ', async () => {
    const wrong = [table[0], ['bool', 'int64', 'float64'], table[2]] as JsonObject[string];
    const [, second] = await run({ add: wrong as JsonObject[string] });
    expect(second).toMatch(
      /int32 failed 2 of 3 cells; bool: got null, expected bool; int32: got int32, expected int64/,
    );
    expect((await run({ gone: table }))[0]).toMatch(/unsupported there is no gone/);
  });
});
