import '../../core/install.ts';
import type { NdArray } from '@chainer/xp';
import { describe, it } from 'vitest';
import type { Variable } from '../../core/variable.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { type DirectWindows, indices, Places, taps } from '../connection/direct-windows.testing.ts';
import { averagePoolingNd } from './average-pooling-nd.ts';
import { averagePooling1d } from './average-pooling1d.ts';
import { averagePooling2d } from './average-pooling2d.ts';
import { averagePooling3d } from './average-pooling3d.ts';
import { maxPoolingNd } from './max-pooling-nd.ts';
import { maxPooling1d } from './max-pooling1d.ts';
import { maxPooling2d } from './max-pooling2d.ts';
import { maxPooling3d } from './max-pooling3d.ts';

const runner = { describe, it };

/** Pools place by place; `join` gets what is inside of a window, and how many places it has. */
function direct(
  windows: DirectWindows & { readonly size: readonly number[] },
  join: (inside: readonly number[], all: number) => number,
): (x: NdArray) => NdArray {
  return (x) => {
    const from = Places.of(x);
    const y = new Places([...x.shape.slice(0, 2), ...windows.size]);
    for (const [n, c, ...place] of indices(y.shape) as [number, number, ...number[]][]) {
      const seen = taps(windows, place, x.shape.slice(2));
      y.add(
        join(
          seen.flatMap(({ at }) => (at === null ? [] : [from.at(n, c, ...at)])),
          seen.length,
        ),
        n,
        c,
        ...place,
      );
    }
    return y.array();
  };
}

const greatest = (inside: readonly number[]) => Math.max(...inside);
const mean = (inside: readonly number[], all: number) => inside.reduce((a, b) => a + b, 0) / all;
const meanInside = (inside: readonly number[]) => mean(inside, inside.length);

/** Numbers that differ by more than the distance of differences. */
const distinct = (shape: readonly number[]) => {
  const n = shape.reduce((a, d) => a * d, 1);
  return { shape, values: Array.from({ length: n }, (_, i) => (((i * 7919) % n) - n / 2) / 16) };
};

const one = { kernel: [3], stride: [2], pad: [1], dilate: [1] };
const two = { kernel: [2, 3], stride: [2, 1], pad: [1, 0], dilate: [1, 1] };
const three = { kernel: [2, 2, 2], stride: [2, 2, 2], pad: [0, 0, 0], dilate: [1, 1, 1] };

const declared: [string, readonly number[], (x: Variable) => Variable, (x: NdArray) => NdArray][] = [
  [
    'maxPooling1d',
    [2, 2, 6],
    (x) => maxPooling1d(x, 3, { stride: 2, pad: 1, coverAll: false }),
    direct({ ...one, size: [3] }, greatest),
  ],
  [
    'maxPooling1d that covers everything',
    [2, 2, 6],
    (x) => maxPooling1d(x, 3, { stride: 2, pad: 1 }),
    direct({ ...one, size: [4] }, greatest),
  ],
  [
    'maxPooling2d',
    [1, 2, 5, 4],
    (x) => maxPooling2d(x, [2, 3], { stride: [2, 1], pad: [1, 0], coverAll: false }),
    direct({ ...two, size: [3, 2] }, greatest),
  ],
  [
    'maxPooling3d',
    [1, 1, 4, 3, 2],
    (x) => maxPooling3d(x, 2),
    direct({ ...three, size: [2, 2, 1] }, greatest),
  ],
  [
    'maxPoolingNd',
    [1, 2, 4, 4],
    (x) => maxPoolingNd(x, [2, 3], { stride: [2, 1], pad: [1, 0] }),
    direct({ ...two, size: [3, 2] }, greatest),
  ],
  [
    'averagePooling1d',
    [2, 2, 6],
    (x) => averagePooling1d(x, 3, { stride: 2, pad: 1 }),
    direct({ ...one, size: [3] }, mean),
  ],
  [
    'averagePooling1d of what is inside',
    [2, 2, 6],
    (x) => averagePooling1d(x, 3, { stride: 2, pad: 1, padValue: null }),
    direct({ ...one, size: [3] }, meanInside),
  ],
  [
    'averagePooling2d',
    [1, 2, 5, 4],
    (x) => averagePooling2d(x, [2, 3], { stride: [2, 1], pad: [1, 0] }),
    direct({ ...two, size: [3, 2] }, mean),
  ],
  [
    'averagePooling3d',
    [1, 1, 4, 2, 3],
    (x) => averagePooling3d(x, 2),
    direct({ ...three, size: [2, 1, 1] }, mean),
  ],
  [
    'averagePoolingNd of what is inside',
    [1, 2, 5, 4],
    (x) => averagePoolingNd(x, [2, 3], { stride: [2, 1], pad: [1, 0], padValue: null }),
    direct({ ...two, size: [3, 2] }, meanInside),
  ],
];

for (const [name, shape, apply, reference] of declared)
  describeFunction(runner, name, {
    apply: (x) => apply(x as Variable),
    inputs: [distinct(shape)],
    reference,
  });
