import { coord, ElementwiseKernel, type Expr, fold, type NdArray, reshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { type LinearOperator, linearMap } from '../../core/linear-map.ts';
import { expectFloat, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { square } from '../math/square.ts';

const kernels = new Map<number, ElementwiseKernel>();

/** Sums over channels `c - half … c + half` of `[N, C, B]`. */
function kernelOf(half: number): ElementwiseKernel {
  let kernel = kernels.get(half);
  if (kernel === undefined) {
    kernel = new ElementwiseKernel(
      'localResponseNormalization',
      2,
      (x, channels) => {
        const read = (c: Expr) =>
          c
            .ge(0)
            .and(c.lt(channels))
            .where(x.at(coord(0), c.clip(0, channels.sub(1)), coord(2)), 0);
        if (half > 8)
          return fold(2 * half + 1, [0], ([sum], i) => [
            (sum as Expr).add(read(coord(1).add(i).sub(half))),
          ])[0] as Expr;
        let sum = x.at(coord(0), coord(1), coord(2));
        for (let i = 1; i <= half; i++) sum = sum.add(read(coord(1).sub(i))).add(read(coord(1).add(i)));
        return sum;
      },
      { raw: [0], scalars: [null, 'int32'] },
    );
    kernels.set(half, kernel);
  }
  return kernel;
}

/** Sum over neighbouring channels: its own transpose. */
export class ChannelSum implements LinearOperator {
  readonly label = 'ChannelSum';
  readonly half: number;

  constructor(half: number) {
    this.half = half;
  }

  apply(x: NdArray): NdArray {
    const [n, c] = x.shape as [number, number];
    const rest = x.shape.slice(2).reduce((a, d) => a * d, 1);
    return reshape(kernelOf(this.half).call([reshape(x, [n, c, rest]), c], { shape: [n, c, rest] }), x.shape);
  }

  transposed(y: NdArray): NdArray {
    return this.apply(y);
  }
}

const scaled = /*#__PURE__*/ elementwise(
  'localResponseNormalization',
  (x, sum, k, alpha, beta) => x.mul(sum.mul(alpha).add(k).pow(beta.neg())),
  { label: 'LocalResponseNormalization' },
);

/** Options of localResponseNormalization. */
export interface LocalResponseNormalizationOptions {
  /** Number of channels in a window, 5 unless given. */
  readonly n?: number;
  /** 2 unless given. */
  readonly k?: number;
  /** 1e-4 unless given; it is not divided by n, as it is in Caffe. */
  readonly alpha?: number;
  /** 0.75 unless given. */
  readonly beta?: number;
}

/**
 * Local response normalization of AlexNet: each element is divided by the strength of its neighbours in other channels
 * (Krizhevsky et al., 2012).
 *
 * `y[i] = x[i] / (k + α Σⱼ x[j]²)^β`, j from `i - n/2` to `i + n/2`
 *
 * @param x `[N, C, …]`
 * @throws {InvalidType} if x is not floating, or has fewer than 2 axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[3, 1]]));
 * F.localResponseNormalization(x, { n: 1, k: 0, alpha: 1, beta: 0.5 }).array.toArraySync(); // [[1, 1]]
 */
export function localResponseNormalization(
  x: VariableLike,
  options: LocalResponseNormalizationOptions = {},
): Variable {
  checkOptions('localResponseNormalization', options, ['n', 'k', 'alpha', 'beta']);
  const { n = 5, k = 2, alpha = 1e-4, beta = 0.75 } = options;
  const a = asArray(x);
  expectFloat('localResponseNormalization', 'x', a);
  if (a.ndim < 2)
    invalid('localResponseNormalization', `x must have at least 2 axes (N, C), got ${a.ndim}`, { x: a });
  const sum = linearMap(new ChannelSum(Math.floor(n / 2)), square(x));
  return scaled(x, sum, k, alpha, beta);
}
