import { reshape } from '@chainer/xp/functions';
import { columnsOn, emptyOn, type NdArray } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat, expectNdim, invalid } from '../../core/type-check.ts';
import type { Variable, VariableLike, VariableNode } from '../../core/variable.ts';
import { zerosBeside } from './views.ts';

type Pair = number | readonly number[];

/** Options of im2col. */
export interface Im2colOptions {
  readonly stride?: Pair;
  readonly pad?: Pair;
  readonly dilate?: Pair;
  /** Whether windows that reach over the end are taken, too. */
  readonly coverAll?: boolean;
}

interface Windows {
  readonly ksize: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly dilate: readonly number[];
  readonly coverAll: boolean;
}

function pair(x: Pair): readonly number[] {
  return typeof x === 'number' ? [x, x] : x;
}

/** How many windows there are along each of the two axes. */
function counts(shape: readonly number[], w: Windows): number[] {
  return [0, 1].map((i) => {
    const reach = ((w.ksize[i] as number) - 1) * (w.dilate[i] as number) + 1;
    const room = (shape[2 + i] as number) + 2 * (w.pad[i] as number) - reach;
    const step = w.stride[i] as number;
    return Math.floor((w.coverAll ? room + step - 1 : room) / step) + 1;
  });
}

class Im2Col extends FunctionNode {
  readonly label = 'Im2Col';
  private readonly windows: Windows;

  constructor(windows: Windows) {
    super();
    this.windows = windows;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    expectFloat('im2col', 'x', x);
    expectNdim('im2col', 'x', x, 4);
    if (counts(x.shape, this.windows).some((n) => n <= 0))
      invalid('im2col', `windows of ${this.windows.ksize.join('×')} do not fit`, { x });
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    const [n, c] = x.shape as [number, number];
    const k = this.windows.ksize;
    const out = counts(x.shape, this.windows);
    const col = emptyOn(x.device, [n, c, ...k, ...out], x.dtype);
    if (col.size > 0) columnsOn(x.device).im2col(x, col, this.windows);
    return [reshape(col, [n, c * (k[0] as number) * (k[1] as number), ...out])];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy ? new Col2Im(this.windows, (this.inputs[0] as VariableNode).shape).apply1([gy]) : null];
  }
}

class Col2Im extends FunctionNode {
  readonly label = 'Im2ColGrad';
  private readonly windows: Windows;
  private readonly shape: readonly number[];

  constructor(windows: Windows, shape: readonly number[]) {
    super();
    this.windows = windows;
    this.shape = shape;
  }

  forward([gy]: readonly [NdArray]): readonly NdArray[] {
    const [n, c] = this.shape as [number, number];
    const gx = zerosBeside(gy, this.shape);
    const col = reshape(gy, [n, c, ...this.windows.ksize, ...gy.shape.slice(2)]);
    if (gx.size > 0) columnsOn(gy.device).col2im(col, gx, this.windows);
    return [gx];
  }

  override backward(
    _targets: readonly number[],
    [ggx]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [ggx ? new Im2Col(this.windows).apply1([ggx]) : null];
  }
}

/**
 * The windows of an image as columns.
 *
 * @param x `[N, C, H, W]`
 * @param ksize size of a window, one number or `[kh, kw]`
 * @returns `[N, C kh kw, OH, OW]`
 * @throws {InvalidType} if x is not a floating array of 4 axes, or smaller than a window.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.im2col(new Variable(xp.ones([2, 3, 5, 6])), 3).shape; // [2, 27, 3, 4]
 */
export function im2col(x: VariableLike, ksize: Pair, options: Im2colOptions = {}): Variable {
  checkOptions('im2col', options, ['stride', 'pad', 'dilate', 'coverAll']);
  const { stride = 1, pad = 0, dilate = 1, coverAll = false } = options;
  return new Im2Col({
    ksize: pair(ksize),
    stride: pair(stride),
    pad: pair(pad),
    dilate: pair(dilate),
    coverAll,
  }).apply1([x]);
}
