import * as xp from '@chainer/xp';
import { describe, it } from 'vitest';
import type { Variable } from '../../core/install.ts';
import { describeFunction, type FunctionDeclaration } from '../../testing/describe-function.ts';
import * as F from './index.ts';

const runner = { describe, it };
const all = xp.s();
const size = (x: xp.NdArray, axis: number) => x.shape[axis] as number;

/** Functions of one array that move elements: they have float32 in common with the other dtypes, and one is enough of float16. */
const moves: [
  string,
  (x: Variable) => Variable,
  number[],
  (x: xp.NdArray) => xp.NdArray,
  Partial<FunctionDeclaration>?,
][] = [
  [
    'broadcastTo',
    (x) => F.broadcastTo(x, [2, 3, 4]),
    [3, 1],
    (x) => xp.broadcastTo(x, [2, 3, 4]),
    { empty: false },
  ],
  ['reshape', (x) => F.reshape(x, [-1, 2]), [2, 3, 2], (x) => x.reshape([x.size / 2, 2])],
  ['flatten', F.flatten, [2, 3], (x) => x.reshape([x.size])],
  ['expandDims', (x) => F.expandDims(x, -2), [2, 3], (x) => x.reshape([size(x, 0), 1, 3])],
  ['squeeze', (x) => F.squeeze(x), [1, 3, 1, 2], (x) => x.reshape([3, 2]), { empty: false }],
  [
    'squeeze of one axis',
    (x) => F.squeeze(x, { axis: -2 }),
    [2, 3, 1, 2],
    (x) => x.reshape([size(x, 0), 3, 2]),
  ],
  ['transpose', (x) => F.transpose(x), [2, 3, 4], (x) => x.T, { empty: false }],
  [
    'transpose by axes',
    (x) => F.transpose(x, { axes: [1, -1, 0] }),
    [2, 3, 4],
    (x) => x.transpose([1, 2, 0]),
    { empty: false },
  ],
  [
    'moveaxis',
    (x) => F.moveaxis(x, [0, 1], [-1, 0]),
    [2, 3, 4],
    (x) => xp.moveaxis(x, [0, 1], [-1, 0]),
    { empty: false },
  ],
  ['rollaxis', (x) => F.rollaxis(x, 2, { start: 1 }), [2, 3, 4], (x) => xp.rollaxis(x, 2, { start: 1 })],
  ['swapaxes', (x) => F.swapaxes(x, 0, -1), [2, 3, 4], (x) => xp.swapaxes(x, 0, 2), { empty: false }],
  ['flip', (x) => F.flip(x, -1), [2, 3], (x) => xp.flip(x, 1)],
  ['fliplr', F.fliplr, [2, 3, 2], (x) => xp.flip(x, 1)],
  ['flipud', F.flipud, [3, 2], (x) => xp.flip(x, 0)],
  ['tile', (x) => F.tile(x, [2, 1, 3]), [2, 3], (x) => xp.tile(x, [2, 1, 3]), { empty: false }],
  ['tile of more axes than times', (x) => F.tile(x, 2), [2, 3], (x) => xp.tile(x, 2)],
  ['repeat', (x) => F.repeat(x, 2), [2, 3], (x) => xp.repeat(x, 2)],
  ['repeat along an axis', (x) => F.repeat(x, 3, { axis: -1 }), [2, 3], (x) => xp.repeat(x, 3, 1)],
  ['repeat by a list', (x) => F.repeat(x, [2, 0, 1], { axis: 1 }), [2, 3], (x) => xp.repeat(x, [2, 0, 1], 1)],
  [
    'diagonal',
    (x) => F.diagonal(x, { offset: 1, axis1: -2, axis2: -1 }),
    [2, 3, 4],
    (x) => xp.diagonal(x, { offset: 1, axis1: 1, axis2: 2 }),
  ],
  [
    'diagonal below the main one',
    (x) => F.diagonal(x, { offset: -1 }),
    [3, 4, 2],
    (x) => xp.diagonal(x, { offset: -1 }),
    { empty: false },
  ],
  [
    'depth2space',
    (x) => F.depth2space(x, 2),
    [2, 8, 1, 2],
    (x) =>
      xp.transpose(x.reshape([size(x, 0), 2, 2, 2, 1, 2]), [0, 3, 4, 1, 5, 2]).reshape([size(x, 0), 2, 2, 4]),
  ],
  [
    'space2depth',
    (x) => F.space2depth(x, 2),
    [2, 1, 4, 2],
    (x) =>
      xp.transpose(x.reshape([size(x, 0), 1, 2, 2, 1, 2]), [0, 3, 5, 1, 2, 4]).reshape([size(x, 0), 4, 2, 1]),
  ],
  [
    'asStrided',
    (x) => F.asStrided(x, [3, 2], [2, 1], { storageOffset: 1 }),
    [2, 4],
    (x) =>
      xp.stack([x.reshape([8]).at(xp.s(1, 3)), x.reshape([8]).at(xp.s(3, 5)), x.reshape([8]).at(xp.s(5, 7))]),
    { empty: false },
  ],
  [
    'getItem of slices',
    (x) => F.getItem(x, [all, xp.s(1, null, 2), null, -1]),
    [2, 4, 3],
    (x) => x.at(all, xp.s(1, null, 2), null, 2),
  ],
  ['getItem of an ellipsis and text', (x) => F.getItem(x, ['...', '::-1']), [2, 3], (x) => xp.flip(x, 1)],
  [
    'getItem of a list with a repetition',
    (x) => F.getItem(x, [all, [0, 2, 2]]),
    [2, 3],
    (x) => xp.take(x, [0, 2, 2], 1),
  ],
  [
    'getItem of a mask',
    (x) => F.getItem(x, [all, [true, false, true]]),
    [2, 3],
    (x) => xp.take(x, [0, 2], 1),
    { reads: true },
  ],
  [
    'pad',
    (x) =>
      F.pad(
        x,
        [
          [1, 2],
          [0, 1],
        ],
        'constant',
        { constantValues: 0.5 },
      ),
    [2, 3],
    (x) =>
      xp.pad(
        x,
        [
          [1, 2],
          [0, 1],
        ],
        { constantValues: 0.5 },
      ),
  ],
  [
    'pad with a value for each side',
    (x) =>
      F.pad(x, 1, 'constant', {
        constantValues: [
          [1, 2],
          [3, 4],
        ],
      }),
    [2, 3],
    (x) =>
      xp.pad(x, 1, {
        constantValues: [
          [1, 2],
          [3, 4],
        ],
      }),
  ],
  ...(['edge', 'reflect', 'symmetric', 'wrap', 'mean', 'linear_ramp'] as const).map(
    (
      mode,
    ): [
      string,
      (x: Variable) => Variable,
      number[],
      (x: xp.NdArray) => xp.NdArray,
      Partial<FunctionDeclaration>,
    ] => [
      `pad, ${mode}`,
      (x) =>
        F.pad(
          x,
          [
            [1, 2],
            [2, 0],
          ],
          mode,
        ),
      [3, 4],
      (x) =>
        xp.pad(
          x,
          [
            [1, 2],
            [2, 0],
          ],
          { mode },
        ),
      { empty: false },
    ],
  ),
  [
    'im2col',
    (x) => F.im2col(x, 2),
    [2, 1, 3, 3],
    (x) =>
      xp
        .stack(
          [0, 1, 3, 4].map((k) => x.reshape([size(x, 0), 9]).at(all, [k, k + 1, k + 3, k + 4])),
          { axis: 2 },
        )
        .reshape([size(x, 0), 4, 2, 2]),
  ],
];
for (const [name, apply, shape, reference, more] of moves) {
  describeFunction(runner, name, {
    apply,
    inputs: [shape],
    reference,
    dtypes: ['float32', 'float64'],
    ...more,
  });
}
for (const mode of ['maximum', 'minimum'] as const) {
  describeFunction(runner, `pad, ${mode}`, {
    apply: (x) => F.pad(x, 1, mode),
    inputs: [{ shape: [2, 3], values: [1, -1, 3, 2, -2, 0] }],
    reference: (x) => xp.pad(x, 1, { mode }),
    empty: false,
  });
}
