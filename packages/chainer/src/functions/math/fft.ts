import type { NdArray } from '@chainer/xp/functions';
import { astype, multiply } from '@chainer/xp/functions';
import { emptyOn, fftOn } from '@chainer/xp/internal';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

/** A Fourier transform along the last axis. It is linear, so the gradient is the transform with the other sign. */
export class Fourier extends FunctionNode {
  readonly label: string;
  readonly inverse: boolean;
  private readonly scale: number;

  constructor(label: string, inverse: boolean, scale: number) {
    super();
    this.label = label;
    this.inverse = inverse;
    this.scale = scale;
  }

  forward([real, imag]: readonly [NdArray, NdArray]): readonly NdArray[] {
    const { dtype, shape, device } = real;
    const half = dtype.itemsize === 2;
    const [re, im] = half ? [astype(real, 'float32'), astype(imag, 'float32')] : [real, imag];
    const results = [emptyOn(device, shape, re.dtype), emptyOn(device, shape, re.dtype)] as const;
    const n = shape[shape.length - 1] as number;
    if (re.size > 0) {
      const geometry = { axis: shape.length - 1, n, inverse: this.inverse, scale: this.scale };
      fftOn(device).fft(re, im, results[0], results[1], geometry);
    }
    return half ? results.map((y) => astype(y, dtype)) : results;
  }

  override backward(
    _targets: readonly number[],
    [gRe, gIm]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    const given = gRe ?? gIm;
    if (!given) return [null, null];
    const zeros = () => multiply(given.array, 0);
    return new Fourier(this.label, !this.inverse, this.scale).apply([gRe ?? zeros(), gIm ?? zeros()]);
  }
}

function pair(who: string, x: readonly [VariableLike, VariableLike]): readonly [NdArray, NdArray] {
  if (!Array.isArray(x) || x.length !== 2)
    throw new TypeError(`[${who}] x must be a pair of real and imaginary parts: ${who}([re, im])`);
  const [re, im] = [asArray(x[0]), asArray(x[1])];
  expectFloat(who, 'real', re);
  expectSameDtype(who, 'real', re, 'imag', im);
  const given = { real: re, imag: im };
  if (re.ndim === 0) invalid(who, 'real must have at least 1 axis, got 0', given);
  if (re.ndim !== im.ndim || re.shape.some((d, k) => d !== im.shape[k]))
    invalid(who, `real and imag must have the same shape: [${re.shape}] != [${im.shape}]`, given);
  return [re, im];
}

/**
 * Fourier transform along the last axis: `y[k] = Σ x[j] exp(-2πi jk/n)`.
 *
 * @param x real and imaginary parts `[…, n]`
 * @returns real and imaginary parts `[…, n]`
 * @throws {InvalidType} if the parts are not floating or differ in shape or dtype.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const [re] = F.fft([xp.array([1, 0]), xp.array([0, 0])]);
 * re.array.toArraySync(); // [1, 1]
 */
export function fft(x: readonly [VariableLike, VariableLike]): [Variable, Variable] {
  pair('fft', x);
  return new Fourier('FFT', false, 1).apply(x) as [Variable, Variable];
}

/**
 * Inverse Fourier transform along the last axis: `y[j] = 1/n Σ x[k] exp(2πi jk/n)`.
 *
 * @param x real and imaginary parts `[…, n]`
 * @returns real and imaginary parts `[…, n]`
 * @throws {InvalidType} if the parts are not floating or differ in shape or dtype.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const [re] = F.ifft([xp.array([1, 1]), xp.array([0, 0])]);
 * re.array.toArraySync(); // [1, 0]
 */
export function ifft(x: readonly [VariableLike, VariableLike]): [Variable, Variable] {
  const [re] = pair('ifft', x);
  return new Fourier('IFFT', true, 1 / Math.max(re.shape[re.ndim - 1] as number, 1)).apply(x) as [
    Variable,
    Variable,
  ];
}
