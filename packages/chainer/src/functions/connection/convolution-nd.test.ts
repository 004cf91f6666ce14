import '../../core/install.ts';
import { ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import type { Variable } from '../../core/variable.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { convolutionNd, deconvolutionNd } from './convolution-nd.ts';
import { convolution1d } from './convolution1d.ts';
import { convolution2d } from './convolution2d.ts';
import { convolution3d } from './convolution3d.ts';
import { deconvolution1d } from './deconvolution1d.ts';
import { deconvolution2d } from './deconvolution2d.ts';
import { deconvolution3d } from './deconvolution3d.ts';
import { directConvolution, directDeconvolution } from './direct-windows.testing.ts';

const runner = { describe, it };

interface Layer {
  readonly apply: (x: Variable, W: Variable, b: Variable | null) => Variable;
  readonly x: readonly number[];
  readonly W: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly dilate: readonly number[];
  readonly groups?: number;
  /** Of the result. */
  readonly size: readonly number[];
}

/** Tests of one layer, with a bias and without. */
function layer(name: string, declared: Layer, direct: typeof directConvolution, outs: number): void {
  for (const bias of [true, false])
    describeFunction(runner, bias ? name : `${name} without a bias`, {
      apply: (x, W, b) => declared.apply(x as Variable, W as Variable, b ?? null),
      inputs: [declared.x, declared.W, ...(bias ? [[outs]] : [])],
      reference: (x, W, b) => direct(x, W, b ?? null, declared),
      empty: [[0, ...declared.x.slice(1)], declared.W, ...(bias ? [[outs]] : [])],
      forward: { float16: { atol: 2e-2, rtol: 2e-2 } },
      backward: { float16: { atol: 6e-2, rtol: 6e-2 } },
      doubleBackward: { float16: { atol: 6e-2, rtol: 6e-2 } },
    });
}

const two = { stride: [2, 1], pad: [1, 2], dilate: [1, 2] };
const plain = (n: number) => ({
  stride: new Array(n).fill(1) as number[],
  pad: new Array(n).fill(0) as number[],
  dilate: new Array(n).fill(1) as number[],
});

layer(
  'convolution1d',
  {
    apply: (x, W, b) => convolution1d(x, W, b, { stride: 2, pad: 1 }),
    x: [2, 3, 7],
    W: [4, 3, 3],
    stride: [2],
    pad: [1],
    dilate: [1],
    size: [4],
  },
  directConvolution,
  4,
);
layer(
  'convolution2d with groups and dilation',
  {
    apply: (x, W, b) => convolution2d(x, W, b, { stride: [2, 1], pad: [1, 2], dilate: [1, 2], groups: 2 }),
    x: [2, 4, 5, 4],
    W: [6, 2, 3, 2],
    ...two,
    groups: 2,
    size: [3, 6],
  },
  directConvolution,
  6,
);
layer(
  'convolution2d that covers everything',
  {
    apply: (x, W, b) => convolution2d(x, W, b, { stride: 2, coverAll: true }),
    x: [1, 2, 4, 5],
    W: [2, 2, 2, 2],
    ...plain(2),
    stride: [2, 2],
    size: [2, 3],
  },
  directConvolution,
  2,
);
layer(
  'convolution3d',
  {
    apply: (x, W, b) => convolution3d(x, W, b),
    x: [1, 2, 3, 4, 3],
    W: [2, 2, 2, 2, 2],
    ...plain(3),
    size: [2, 3, 2],
  },
  directConvolution,
  2,
);
layer(
  'convolutionNd',
  {
    apply: (x, W, b) => convolutionNd(x, W, b, { pad: 1 }),
    x: [1, 2, 4],
    W: [2, 2, 3],
    ...plain(1),
    pad: [1],
    size: [4],
  },
  directConvolution,
  2,
);
layer(
  'deconvolution1d',
  {
    apply: (x, W, b) => deconvolution1d(x, W, b, { stride: 2, pad: 1 }),
    x: [2, 3, 4],
    W: [3, 2, 3],
    stride: [2],
    pad: [1],
    dilate: [1],
    size: [7],
  },
  directDeconvolution,
  2,
);
layer(
  'deconvolution2d with groups and dilation',
  {
    apply: (x, W, b) => deconvolution2d(x, W, b, { stride: [2, 1], pad: [1, 2], dilate: [1, 2], groups: 2 }),
    x: [2, 4, 2, 4],
    W: [4, 3, 3, 2],
    ...two,
    groups: 2,
    size: [3, 2],
  },
  directDeconvolution,
  6,
);
layer(
  'deconvolution2d whose last windows hang over',
  {
    // A convolution of the result reads 3 windows only where it covers everything.
    apply: (x, W, b) => deconvolution2d(x, W, b, { stride: 3, outsize: [7, 8] }),
    x: [1, 2, 3, 3],
    W: [2, 2, 2, 2],
    ...plain(2),
    stride: [3, 3],
    size: [7, 8],
  },
  directDeconvolution,
  2,
);
layer(
  'deconvolution3d',
  {
    apply: (x, W, b) => deconvolution3d(x, W, b),
    x: [1, 2, 2, 1, 2],
    W: [2, 2, 2, 2, 2],
    ...plain(3),
    size: [3, 2, 3],
  },
  directDeconvolution,
  2,
);
layer(
  'deconvolutionNd',
  {
    apply: (x, W, b) => deconvolutionNd(x, W, b, { outsize: [6], stride: 2 }),
    x: [1, 2, 2],
    W: [2, 1, 3],
    ...plain(1),
    stride: [2],
    size: [6],
  },
  directDeconvolution,
  1,
);

describe('deconvolution2d', () => {
  it('names an outsize that no convolution would shrink to x', () => {
    const call = () =>
      deconvolution2d(ones([1, 2, 3, 3]), ones([2, 2, 2, 2]), null, { stride: 3, outsize: [12, 8] });
    expect(call).toThrow(
      '[deconvolution2d] outsize [12,8] does not fit: along axis 0 it has 4 to 5 windows but x has 3',
    );
  });
});
