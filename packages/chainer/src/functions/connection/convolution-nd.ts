import type { NdArray } from '@chainer/xp/functions';
import { astype } from '@chainer/xp/functions';
import { type ConvGeometry, convolutionOn, emptyOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray, expectBias, invalid } from '../../core/type-check.ts';
import { asArray, Variable, type VariableLike } from '../../core/variable.ts';
import { sum } from '../math/sum.ts';
import { getConvOutsize, getDeconvOutsize, perAxis, type Sizes, spatial } from './geometry.ts';

/** Options of convolutions. */
export interface ConvolutionOptions {
  /** Step of the window; one number, or one per spatial axis. */
  readonly stride?: Sizes;
  /** Zeros around the input. */
  readonly pad?: Sizes;
  /** Also convolve where only part of a window is left. */
  readonly coverAll?: boolean;
  /** Distance between the taps of a window. */
  readonly dilate?: Sizes;
  /** Number of groups into which channels are split. */
  readonly groups?: number;
}

/** Options of deconvolutions. */
export interface DeconvolutionOptions {
  readonly stride?: Sizes;
  readonly pad?: Sizes;
  /** Spatial size of the result, where several fit. */
  readonly outsize?: readonly number[] | null;
  readonly dilate?: Sizes;
  readonly groups?: number;
}

/** Checks the dtypes, axes and channels that all three of the family share. */
function checkOperands(
  who: string,
  x: NdArray,
  W: NdArray,
  b: NdArray | undefined,
  g: ConvGeometry,
  inAxis: 0 | 1,
): void {
  const given = { x, W, b };
  const n = g.stride.length;
  if (x.dtype.kind !== 'f') invalid(who, `x must have a floating dtype, got ${x.dtype.name}`, given);
  if (W.dtype.kind !== 'f') invalid(who, `W must have a floating dtype, got ${W.dtype.name}`, given);
  if (x.ndim !== n + 2) invalid(who, `x must have ${n + 2} axes, got ${x.ndim}`, given);
  if (W.ndim !== n + 2) invalid(who, `W must have ${n + 2} axes, got ${W.ndim}`, given);
  const expected = inAxis === 1 ? (W.shape[1] as number) * g.groups : (W.shape[0] as number);
  if (x.shape[1] !== expected) {
    invalid(
      who,
      `x has ${x.shape[1]} channels but W expects ${expected}${g.groups > 1 ? ` (${g.groups} groups)` : ''}`,
      given,
    );
  }
  const out = inAxis === 1 ? (W.shape[0] as number) : (W.shape[1] as number) * g.groups;
  if (W.shape[0] !== undefined && W.shape[0] % g.groups !== 0)
    invalid(who, `W has ${W.shape[0]} channels, which do not divide into ${g.groups} groups`, given);
  if (b !== undefined && (b.ndim !== 1 || b.shape[0] !== out))
    invalid(who, `b must have shape [${out}], got [${b.shape.join(',')}]`, given);
  if (b !== undefined && b.dtype !== x.dtype)
    invalid(who, `x and b must have the same dtype: ${x.dtype.name} != ${b.dtype.name}`, given);
}

/** An operand in the dtype of the result: mixed precision computes in x's. */
function as(x: NdArray, like: NdArray): NdArray {
  return x.dtype === like.dtype ? x : astype(x, like.dtype);
}

/** Sum over everything but channels: the gradient of a bias. */
function biasGradient(gy: Variable): Variable {
  return sum(gy, { axis: gy.shape.map((_, i) => i).filter((i) => i !== 1) });
}

export class Convolution extends FunctionNode {
  readonly label: string;
  private readonly who: string;
  readonly g: ConvGeometry;
  private readonly coverAll: boolean;
  /** Spatial size of the result where it is known (a gradient's); null: by the rule. */
  private readonly size: readonly number[] | null;

  constructor(
    who: string,
    label: string,
    g: ConvGeometry,
    coverAll: boolean,
    size: readonly number[] | null = null,
  ) {
    super();
    this.who = who;
    this.label = label;
    this.g = g;
    this.coverAll = coverAll;
    this.size = size;
  }

  override checkTypes([x, W, b]: readonly NdArray[]): void {
    checkOperands(this.who, x as NdArray, W as NdArray, b, this.g, 1);
  }

  forward([x, W, b]: readonly NdArray[]): readonly NdArray[] {
    const X = x as NdArray;
    const w = as(W as NdArray, X);
    const out =
      this.size ??
      spatial(X).map((d, i) =>
        getConvOutsize(d, w.shape[i + 2] as number, this.g.stride[i] as number, this.g.pad[i] as number, {
          coverAll: this.coverAll,
          d: this.g.dilate[i] as number,
        }),
      );
    if (out.some((d) => d <= 0)) {
      throw new RangeError(
        `[${this.who}] the output would have size [${out.join(',')}]: the window of W [${w.shape.join(',')}] does not fit x [${X.shape.join(',')}]`,
      );
    }
    this.retainInputs([0, 1]);
    const y = emptyOn(X.device, [X.shape[0] as number, w.shape[0] as number, ...out], X.dtype);
    if (y.size > 0) convolutionOn(X.device).convolution(X, w, b ?? null, y, this.g);
    return [y];
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    const [gW, gb] = this.parameterGradients(targets, gy.array) ?? [null, null];
    return targets.map((i) => {
      if (i === 2) return gb ?? biasGradient(gy);
      if (i === 1 && gW !== null) return gW;
      const other = this.getRetainedInput(1 - i);
      return i === 0
        ? new ConvolutionData(this.who, 'Deconvolution', this.g, spatial(this.inputs[0] as Shaped)).apply1([
            gy,
            other,
          ])
        : new ConvolutionWeight(this.who, this.g, this.inputs[1] as Shaped).apply1([other, gy]);
    });
  }

  /** The gradients of W and b by one kernel, if both are asked for and need no place in a graph. */
  private parameterGradients(targets: readonly number[], gy: NdArray): [Variable, Variable] | null {
    if (config.enableBackprop || !targets.includes(1) || !targets.includes(2)) return null;
    const x = this.getRetainedInput(0).array;
    if (x.size === 0 || gy.size === 0) return null;
    const gb = emptyOn(gy.device, [gy.shape[1] as number], gy.dtype);
    const gW = new ConvolutionWeight(this.who, this.g, this.inputs[1] as Shaped).compute(x, gy, gb);
    return [new Variable(gW, { requiresGrad: false }), new Variable(gb, { requiresGrad: false })];
  }
}

interface Shaped {
  readonly shape: readonly number[];
  readonly dtype: NdArray['dtype'];
}

/** The gradient of a convolution towards its input; as a function of its own, a deconvolution. */
export class ConvolutionData extends FunctionNode {
  readonly label: string;
  private readonly who: string;
  readonly g: ConvGeometry;
  private readonly size: readonly number[];

  constructor(who: string, label: string, g: ConvGeometry, size: readonly number[]) {
    super();
    this.who = who;
    this.label = label;
    this.g = g;
    this.size = size;
  }

  override checkTypes([gy, W, b]: readonly NdArray[]): void {
    checkOperands(this.who, gy as NdArray, W as NdArray, b, this.g, 0);
  }

  forward([gy, W, b]: readonly NdArray[]): readonly NdArray[] {
    const g = gy as NdArray;
    const w = as(W as NdArray, g);
    this.retainInputs([0, 1]);
    const x = emptyOn(
      g.device,
      [g.shape[0] as number, (w.shape[1] as number) * this.g.groups, ...this.size],
      g.dtype,
    );
    if (x.size > 0) convolutionOn(g.device).convolutionData(g, w, b ?? null, x, this.g);
    return [x];
  }

  override backward(
    targets: readonly number[],
    [gx]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gx) return targets.map(() => null);
    return targets.map((i) => {
      if (i === 2) return biasGradient(gx);
      const other = this.getRetainedInput(1 - i);
      if (i === 1)
        return new ConvolutionWeight(this.who, this.g, this.inputs[1] as Shaped).apply1([gx, other]);
      return new Convolution(
        this.who,
        'Convolution',
        this.g,
        false,
        spatial(this.inputs[0] as Shaped),
      ).apply1([gx, other]);
    });
  }
}

/** The gradient of a convolution towards its weights. */
class ConvolutionWeight extends FunctionNode {
  readonly label = 'ConvolutionGradW';
  private readonly who: string;
  private readonly g: ConvGeometry;
  private readonly shape: readonly number[];
  private readonly dtype: NdArray['dtype'];

  constructor(who: string, g: ConvGeometry, W: Shaped) {
    super();
    this.who = who;
    this.g = g;
    this.shape = W.shape;
    this.dtype = W.dtype;
  }

  forward([x, gy]: readonly NdArray[]): readonly NdArray[] {
    this.retainInputs([0, 1]);
    return [this.compute(x as NdArray, gy as NdArray, null)];
  }

  /** The gradient; that of a bias goes to `gb` if nothing is empty. */
  compute(x: NdArray, gy: NdArray, gb: NdArray | null): NdArray {
    const { device } = x;
    const gW = emptyOn(device, this.shape, x.dtype);
    if (x.size > 0 && gy.size > 0) convolutionOn(device).convolutionWeight(x, as(gy, x), gW, gb, this.g);
    else if (gW.size > 0) device.kernels.fill(gW, 0);
    return gW.dtype === this.dtype ? gW : astype(gW, this.dtype);
  }

  override backward(
    targets: readonly number[],
    [ggW]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!ggW) return targets.map(() => null);
    return targets.map((i) => {
      const other = this.getRetainedInput(1 - i);
      return i === 0
        ? new ConvolutionData(this.who, 'Deconvolution', this.g, spatial(this.inputs[0] as Shaped)).apply1([
            other,
            ggW,
          ])
        : new Convolution(this.who, 'Convolution', this.g, false, spatial(this.inputs[1] as Shaped)).apply1([
            other,
            ggW,
          ]);
    });
  }
}

/** Geometry of the options; the number of spatial axes comes from x. */
function geometry(who: string, ndim: number, options: ConvolutionOptions): ConvGeometry {
  const groups = options.groups ?? 1;
  if (!Number.isInteger(groups) || groups < 1)
    throw new RangeError(`[${who}] groups must be a positive integer, got ${groups}`);
  return {
    stride: perAxis(who, 'stride', options.stride ?? 1, ndim),
    pad: perAxis(who, 'pad', options.pad ?? 0, ndim),
    dilate: perAxis(who, 'dilate', options.dilate ?? 1, ndim),
    groups,
  };
}

/** A convolution under a public name; used by the functions of one, two and three axes. */
export function convolve(
  who: string,
  label: string,
  ndim: number,
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null,
  options: ConvolutionOptions,
): Variable {
  expectBias(who, b);
  return new Convolution(who, label, geometry(who, ndim, options), options.coverAll ?? false).apply1(
    b === null ? [x, W] : [x, W, b],
  );
}

/** A deconvolution under a public name. */
export function deconvolve(
  who: string,
  label: string,
  ndim: number,
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null,
  options: DeconvolutionOptions,
): Variable {
  expectArray(who, 'x', x);
  expectArray(who, 'W', W);
  expectBias(who, b);
  const g = geometry(who, ndim, options);
  const given = options.outsize ?? null;
  const size = perAxis(
    who,
    'outsize',
    given ??
      spatial(x).map((d, i) =>
        getDeconvOutsize(d, W.shape[i + 2] as number, g.stride[i] as number, g.pad[i] as number, {
          d: g.dilate[i] as number,
        }),
      ),
    ndim,
  );
  if (given !== null) {
    size.forEach((d, i) => {
      // The windows that a convolution of the result would have, without and with coverAll.
      const [fewest, most] = [false, true].map((coverAll) =>
        getConvOutsize(d, W.shape[i + 2] as number, g.stride[i] as number, g.pad[i] as number, {
          d: g.dilate[i] as number,
          coverAll,
        }),
      ) as [number, number];
      const windows = x.shape[i + 2] as number;
      if (windows < fewest || windows > most) {
        invalid(
          who,
          `outsize [${size.join(',')}] does not fit: along axis ${i} it has ${fewest}${most === fewest ? '' : ` to ${most}`} windows but x has ${windows}`,
          {
            x: asArray(x),
            W: asArray(W),
          },
        );
      }
    });
  }
  if (size.some((d) => d <= 0))
    throw new RangeError(`[${who}] the output would have size [${size.join(',')}]`);
  return new ConvolutionData(who, label, g, size).apply1(b === null ? [x, W] : [x, W, b]);
}

/**
 * Convolution over any number of spatial axes (cross-correlation, as everybody has it).
 *
 * @param x `[N, C, d₁, …, dₙ]`
 * @param W `[O, C/groups, k₁, …, kₙ]`
 * @param b `[O]` or null
 * @returns `[N, O, …]`, each size `(d + 2·pad - ((k-1)·dilate + 1)) / stride + 1`, rounded down (up with coverAll).
 * @throws {InvalidType} if channels, axes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.convolutionNd(new Variable(xp.ones([1, 2, 5])), xp.ones([3, 2, 3])).shape; // [1, 3, 3]
 */
export function convolutionNd(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: ConvolutionOptions = {},
): Variable {
  checkOptions('convolutionNd', options, ['stride', 'pad', 'coverAll', 'dilate', 'groups']);
  expectArray('convolutionNd', 'x', x);
  return convolve('convolutionNd', 'ConvolutionND', x.shape.length - 2, x, W, b, options);
}

/**
 * Deconvolution (transposed convolution) over any number of spatial axes.
 *
 * @param x `[N, C, d₁, …, dₙ]`
 * @param W `[C, O/groups, k₁, …, kₙ]`
 * @param b `[O]` or null
 * @returns `[N, O, …]`, each size `stride·(d-1) + (k-1)·dilate + 1 - 2·pad` unless `outsize` says otherwise.
 * @throws {InvalidType} if channels, axes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.deconvolutionNd(new Variable(xp.ones([1, 3, 3])), xp.ones([3, 2, 3])).shape; // [1, 2, 5]
 */
export function deconvolutionNd(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: DeconvolutionOptions = {},
): Variable {
  checkOptions('deconvolutionNd', options, ['stride', 'pad', 'outsize', 'dilate', 'groups']);
  expectArray('deconvolutionNd', 'x', x);
  return deconvolve('deconvolutionNd', 'DeconvolutionND', x.shape.length - 2, x, W, b, options);
}
