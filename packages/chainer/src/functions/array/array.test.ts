import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import * as F from './index.ts';

const runner = { describe, it };
const all = xp.s();
const size = (x: xp.NdArray, axis: number) => x.shape[axis] as number;

/** Functions of one array that move elements: they have float32 in common with the other dtypes, and one is enough of float16. */
const joins: [string, (xs: Variable[]) => Variable, number[][], (xs: xp.NdArray[]) => xp.NdArray][] = [
  [
    'concat',
    (xs) => F.concat(xs),
    [
      [2, 3],
      [2, 1],
    ],
    (xs) => xp.concatenate(xs, { axis: 1 }),
  ],
  [
    'concat along the first axis',
    (xs) => F.concat(xs, { axis: 0 }),
    [
      [2, 3],
      [1, 3],
      [2, 3],
    ],
    (xs) => xp.concatenate(xs, { axis: 0 }),
  ],
  [
    'stack',
    (xs) => F.stack(xs, { axis: -1 }),
    [
      [2, 3],
      [2, 3],
    ],
    (xs) => xp.stack(xs, { axis: -1 }),
  ],
  [
    'hstack',
    F.hstack,
    [
      [2, 3],
      [2, 2],
    ],
    (xs) => xp.hstack(xs),
  ],
  ['hstack of vectors', F.hstack, [[3], [2]], (xs) => xp.hstack(xs)],
  [
    'vstack',
    F.vstack,
    [
      [2, 3],
      [1, 3],
    ],
    (xs) => xp.vstack(xs),
  ],
  [
    'dstack',
    F.dstack,
    [
      [2, 3],
      [2, 3],
    ],
    (xs) => xp.dstack(xs),
  ],
  ['dstack of vectors', F.dstack, [[3], [3]], (xs) => xp.dstack(xs)],
];
for (const [name, apply, shapes, reference] of joins) {
  describeFunction(runner, name, {
    apply: (...xs) => apply(xs),
    inputs: shapes,
    reference: (...xs) => reference(xs),
    dtypes: ['float32', 'float64'],
  });
}
describeFunction(runner, 'padSequence', {
  apply: (...xs) => F.padSequence(xs, { length: 4, padding: -1 }),
  inputs: [
    [2, 2],
    [4, 2],
    [1, 2],
  ],
  reference: (...xs) =>
    xp.stack(
      xs.map((x) =>
        xp.pad(
          x,
          [
            [0, 4 - size(x, 0)],
            [0, 0],
          ],
          { constantValues: -1 },
        ),
      ),
    ),
});

describeFunction(runner, 'splitAxis', {
  apply: (x) => F.splitAxis(x, 3, 1),
  inputs: [[2, 6]],
  outputs: 3,
  reference: (x) => xp.split(x, 3, { axis: 1 }),
});
describeFunction(runner, 'splitAxis at indices', {
  apply: (x) => F.splitAxis(x, [1, 4], -1),
  inputs: [[2, 5]],
  outputs: 3,
  reference: (x) => xp.split(x, [1, 4], { axis: 1 }),
});
describeFunction(runner, 'separate', {
  apply: (x) => F.separate(x, { axis: 1 }),
  inputs: [[2, 3, 2]],
  outputs: 3,
  reference: (x) => [0, 1, 2].map((k) => x.at(all, k)),
});
describeFunction(runner, 'broadcast', {
  apply: (a, b) => F.broadcast(a as Variable, b as Variable),
  inputs: [
    [3, 1],
    [1, 4],
  ],
  outputs: 2,
  reference: (a, b) => xp.broadcastArrays(a, b),
  empty: false,
});
describeFunction(runner, 'transposeSequence', {
  apply: (...xs) => F.transposeSequence(xs),
  inputs: [
    [3, 2],
    [2, 2],
    [2, 2],
  ],
  outputs: 3,
  reference: (a, b, c) => [
    xp.stack([a, b, c].map((x) => x.at(0))),
    xp.stack([a, b, c].map((x) => x.at(1))),
    xp.stack([a.at(2)]),
  ],
  empty: false,
});

describeFunction(runner, 'where', {
  apply: (x, y) =>
    F.where(
      xp.array([[true], [false]], { device: (x as Variable).array.device }),
      x as Variable,
      y as Variable,
    ),
  inputs: [[2, 3], [3]],
  reference: (x, y) => xp.where(xp.array([[true], [false]], { device: 'js' }), x, y),
  empty: false,
});
describeFunction(runner, 'scatterAdd', {
  apply: (a, b) => F.scatterAdd(a as Variable, [[0, 2, 2]], b as Variable),
  inputs: [
    [4, 2],
    [3, 2],
  ],
  reference: (a, b) => {
    const [x, y] = [a.toArraySync(), b.toArraySync()] as [number[][], number[][]];
    [0, 2, 2].forEach((i, k) => {
      x[i] = (x[i] as number[]).map((v, j) => v + ((y[k] as number[])[j] as number));
    });
    return x;
  },
  empty: false,
});
const order = (x: Variable) => xp.array([2, 0, -2], { dtype: 'int32', device: x.array.device });
describeFunction(runner, 'permutate', {
  apply: (x) => F.permutate(x as Variable, order(x as Variable), { axis: 1 }),
  inputs: [[2, 3]],
  reference: (x) => xp.take(x, [2, 0, 1], 1),
});
describeFunction(runner, 'permutate back', {
  apply: (x) => F.permutate(x as Variable, order(x as Variable), { axis: 1, inv: true }),
  inputs: [[2, 3]],
  reference: (x) => xp.take(x, [1, 2, 0], 1),
});
describeFunction(runner, 'selectItem', {
  apply: (x, t) => F.selectItem(x as Variable, t as Variable),
  inputs: [[3, 4], { shape: [3], values: [2, 0, 3], dtype: 'int32' }],
  reference: (x) => [2, 0, 3].map((j, i) => Number(x.at(i, j).itemSync())),
  empty: false,
});

/** Linear interpolation between the places of a list. */
const between = (x: number[], at: number): number => {
  const low = Math.min(Math.floor(at), x.length - 1);
  const high = Math.min(low + 1, x.length - 1);
  return (x[low] as number) * (1 - (at - low)) + (x[high] as number) * (at - low);
};
describeFunction(runner, 'resizeImages', {
  apply: (x) => F.resizeImages(x as Variable, [1, 5]),
  inputs: [[2, 1, 1, 3]],
  reference: (x) =>
    (x.toArraySync() as number[][][][]).map((image) => [
      [[0, 0.5, 1, 1.5, 2].map((at) => between(image[0]?.[0] as number[], at))],
    ]),
  dtypes: ['float32', 'float64'],
  empty: false,
});
describeFunction(runner, 'resizeImages between pixel centres', {
  apply: (x) => F.resizeImages(x as Variable, [4, 1], { alignCorners: false }),
  inputs: [[1, 1, 2, 1]],
  reference: (x) => {
    const column = (x.toArraySync() as number[][][][])[0]?.[0]?.map((r) => r[0] as number) as number[];
    return [[[0, 0.25, 0.75, 1].map((at) => [between(column, at)])]];
  },
  dtypes: ['float32', 'float64'],
  empty: false,
});
describeFunction(runner, 'spatialTransformerGrid', {
  apply: (theta) => F.spatialTransformerGrid(theta as Variable, [2, 3]),
  inputs: [[2, 2, 3]],
  reference: (theta) => {
    const places = xp.array(
      [
        [-1, 0, 1, -1, 0, 1],
        [-1, -1, -1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1],
      ],
      { dtype: 'float64', device: 'js' },
    );
    return xp.matmul(theta, places).reshape([size(theta, 0), 2, 2, 3]);
  },
});
describeFunction(runner, 'spatialTransformerSampler', {
  apply: (x, grid) => F.spatialTransformerSampler(x as Variable, grid as Variable),
  inputs: [[1, 2, 3, 3], { shape: [1, 2, 1, 4], values: [-0.7, 0.3, 0.6, 1.4, 0.2, -0.3, 0.8, -0.4] }],
  reference: (x, grid) => {
    const image = x.toArraySync() as number[][][][];
    const [[u, v]] = (grid.toArraySync() as number[][][][]).map(([a, b]) => [a?.[0], b?.[0]]) as [
      [number[], number[]],
    ];
    const pixel = (c: number, row: number, column: number) => image[0]?.[c]?.[row]?.[column] ?? 0;
    return [
      [0, 1].map((c) => [
        u.map((at, k) => {
          const [px, py] = [at + 1, (v[k] as number) + 1];
          const [i, j] = [Math.floor(py), Math.floor(px)];
          const [b, a] = [py - i, px - j];
          return (
            pixel(c, i, j) * (1 - a) * (1 - b) +
            pixel(c, i, j + 1) * a * (1 - b) +
            pixel(c, i + 1, j) * (1 - a) * b +
            pixel(c, i + 1, j + 1) * a * b
          );
        }),
      ]),
    ];
  },
  dtypes: ['float32', 'float64'],
  empty: false,
});

describe('cast', () => {
  const x = new Variable(xp.array([1.5, -2], { dtype: 'float32' }));

  it('changes the dtype and gives the gradient the old one', () => {
    const y = F.cast(x, 'float64');
    expect(y.dtype.name).toBe('float64');
    y.grad = xp.array([3, 4], { dtype: 'float64' });
    y.backward();
    expect([x.grad?.dtype.name, x.grad?.toArraySync()]).toEqual(['float32', [3, 4]]);
  });

  it('has no gradient from integers', () => {
    const t = new Variable(xp.array([1, 2], { dtype: 'int32' }));
    const y = F.cast(t, 'float32');
    y.grad = xp.ones([2]);
    y.backward();
    expect(t.grad).toBeNull();
  });
});

describe('copy', () => {
  it('goes to another device, and its gradient comes back', () => {
    const x = new Variable(xp.array([1, 2], { device: 'js' }));
    for (const device of xp.devices().filter((d) => d.synchronous)) {
      const y = F.copy(x, device);
      expect(y.array.device).toBe(device);
      expect(y.array === x.array).toBe(false);
      x.cleargrad();
      y.grad = xp.array([3, 4], { device });
      y.backward();
      expect([x.grad?.device.name, x.grad?.toArraySync()]).toEqual(['js', [3, 4]]);
    }
  });
});

describe('lists', () => {
  const x = new Variable(xp.array([[1, 2]]));

  it('a single piece may come as itself', () => {
    expect(F.splitAxis(x, 1, 1)).toHaveLength(1);
    expect((F.splitAxis(x, 1, 1, { forceTuple: false }) as Variable).array.toArraySync()).toEqual([[1, 2]]);
  });

  it('a single array is broadcast to itself', () => {
    expect(F.broadcast(x)).toBe(x);
  });

  it('pieces may be empty', () => {
    const pieces = F.splitAxis(x, [1, 1, 2], 1);
    expect(pieces.map((piece) => piece.shape)).toEqual([
      [1, 1],
      [1, 0],
      [1, 1],
      [1, 0],
    ]);
    x.cleargrad();
    const back = F.concat(pieces);
    back.grad = xp.array([[3, 4]]);
    back.backward();
    expect(x.grad?.toArraySync()).toEqual([[3, 4]]);
  });

  it('pieces without a gradient count as zero', () => {
    const [, second] = F.splitAxis(x, 2, 1) as [Variable, Variable];
    x.cleargrad();
    second.grad = xp.array([[5]]);
    second.backward();
    expect(x.grad?.toArraySync()).toEqual([[0, 5]]);
  });

  it('no sequences give no time steps', () => {
    expect(F.transposeSequence([])).toEqual([]);
  });
});

describe('errors name function, argument and sizes', () => {
  const x = new Variable(xp.ones([2, 3]));
  const t = xp.zeros([2], { dtype: 'int32' });

  it.each<[string, () => unknown]>([
    [
      '[concat] x0 and x1 must have the same shape but for axis 1 (x0: float32[2,3], x1: float32[3,3])',
      () => F.concat([x, xp.ones([3, 3])]),
    ],
    ['[concat] axis 2 is out of range for arrays of 2 axes', () => F.concat([x, x], { axis: 2 })],
    ['[stack] x0 and x1 must have the same shape and dtype', () => F.stack([x, xp.ones([2, 2])])],
    ['[reshape] x has 6 elements, which do not fit shape [4,2]', () => F.reshape(x, [4, 2])],
    ['[expandDims] axis 4 is out of range for a result of 3 axes', () => F.expandDims(x, 4)],
    ['[splitAxis] axis 1 of size 3 does not divide into 2 parts', () => F.splitAxis(x, 2, 1)],
    ['[splitAxis] indices must ascend within [0, 3], got [2, 1]', () => F.splitAxis(x, [2, 1], 1)],
    ['[broadcastTo] x cannot be broadcast to shape [2,4]', () => F.broadcastTo(x, [2, 4])],
    ['[broadcast] shapes do not broadcast together', () => F.broadcast(x, xp.ones([2]))],
    ['[rollaxis] axis 2 is out of range', () => F.rollaxis(x, 2)],
    ['[selectItem] x has 2 rows but t 3 elements', () => F.selectItem(x, xp.zeros([3], { dtype: 'int32' }))],
    ['[permutate] axis 2 is out of range', () => F.permutate(x, t, { axis: 2 })],
    ['[permutate] axis 1 has size 3 but indices 2 elements', () => F.permutate(x, t, { axis: 1 })],
    ['[where] condition must be boolean, got float32', () => F.where(x, x, x)],
    [
      '[padSequence] x1 is longer than length 2',
      () => F.padSequence([xp.ones([1]), xp.ones([3])], { length: 2 }),
    ],
    [
      '[transposeSequence] sequences must be sorted, the longest first',
      () => F.transposeSequence([xp.ones([1]), xp.ones([3])]),
    ],
    ['[im2col] x must have 4 axes, got 2', () => F.im2col(x, 3)],
    ['[diagonal] axis1 and axis2 must differ, both are 0', () => F.diagonal(x, { axis1: 0, axis2: 0 })],
    ['[fliplr] x must have at least 2 axes, got 1', () => F.fliplr(xp.ones([2]))],
  ])('%s', (message, call) => {
    expect(call).toThrow(InvalidType);
    expect(call).toThrow(message);
  });

  it.each<[string, () => unknown]>([
    ['[squeeze] axis 0 has size 2, only axes of size 1 can go', () => F.squeeze(x, { axis: 0 })],
    ['[tile] reps must be integers of at least 0, got -1', () => F.tile(x, -1)],
    ['[repeat] repeats must be at least 0, got -1', () => F.repeat(x, -1)],
    ['[repeat] repeats has 2 numbers but axis 1 has size 3', () => F.repeat(x, [1, 2], { axis: 1 })],
    ['[depth2space] 3 channels do not divide by r² = 4', () => F.depth2space(xp.ones([2, 3, 2, 2]), 2)],
    [
      "[resizeImages] mode must be 'bilinear' or 'nearest', got 'cubic'",
      () => F.resizeImages(xp.ones([1, 1, 2, 2]), [2, 2], { mode: 'cubic' as 'nearest' }),
    ],
    ["[pad] mode 'mirror' is unknown", () => F.pad(x, 1, 'mirror' as 'edge')],
    ['[getItem] index 5 is out of bounds for axis 0 with size 2', () => F.getItem(x, 5)],
    [
      '[scatterAdd] b must have the shape of a[slices], [3], got float32[2]',
      () => F.scatterAdd(x, 0, xp.ones([2])),
    ],
    ['[asStrided] Out of buffer: place 6 of 6 elements', () => F.asStrided(x, [7], [1])],
    ['[concat] xs must hold at least one array, got none', () => F.concat([])],
    ['[moveaxis] source names 2 axes but destination 1', () => F.moveaxis(x, [0, 1], 0)],
  ])('%s', (message, call) => {
    expect(call).toThrow(message);
  });
});
