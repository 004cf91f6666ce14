import { broadcastShapes } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import { broadcastTo } from '../functions/array/broadcast-to.ts';
import { diagonal } from '../functions/array/diagonal.ts';
import { reshape } from '../functions/array/reshape.ts';
import { add } from '../functions/math/add.ts';
import { mul, sub } from '../functions/math/arithmetic.ts';
import { log } from '../functions/math/exponential.ts';
import { batchInv } from '../functions/math/inv.ts';
import { matmul } from '../functions/math/matmul.ts';
import { square } from '../functions/math/square.ts';
import { sum } from '../functions/math/sum.ts';
import { Distribution, parameter } from './distribution.ts';
import { normals } from './scalar-distribution.ts';

/**
 * Normal distribution of vectors, of covariance `L Lᵀ`.
 *
 * @param loc `[…, d]` mean
 * @param options `scaleTril`: `[…, d, d]` the lower triangular L with a positive diagonal
 * @throws {RangeError} where the shapes do not fit.
 * @example
 * import { distributions as D, xp } from 'chainer';
 * const d = new D.MultivariateNormal(xp.array([0, 0]), { scaleTril: xp.array([[1, 0], [1, 1]]) });
 * d.covariance.array.toArraySync(); // [[1, 1], [1, 2]]
 */
export class MultivariateNormal extends Distribution {
  readonly params: Readonly<Record<string, Variable>>;
  readonly batchShape: readonly number[];
  override readonly eventShape: readonly number[];
  readonly support = 'real';
  readonly loc: Variable;
  readonly scaleTril: Variable;
  private readonly d: number;

  constructor(loc: VariableLike, options: { readonly scaleTril: VariableLike }) {
    super();
    checkOptions('MultivariateNormal', options, ['scaleTril']);
    const m = parameter('MultivariateNormal', 'loc', loc);
    const l = parameter('MultivariateNormal', 'scaleTril', options.scaleTril);
    const d = m.shape[m.ndim - 1] ?? 0;
    const fits = l.ndim >= 2 && l.shape[l.ndim - 1] === d && l.shape[l.ndim - 2] === d;
    if (m.ndim === 0 || !fits)
      throw new RangeError(
        `[MultivariateNormal] loc of shape [${m.shape}] needs scaleTril of shape [..., ${d}, ${d}], got [${l.shape}]`,
      );
    this.batchShape = broadcastShapes(m.shape.slice(0, -1), l.shape.slice(0, -2));
    this.eventShape = [d];
    this.d = d;
    this.loc = m;
    this.scaleTril = l;
    this.params = { loc: m, scaleTril: l };
  }

  /** L for each distribution of the batch: `[B, d, d]`. */
  private get factors(): Variable {
    return reshape(broadcastTo(this.scaleTril, [...this.batchShape, this.d, this.d]), [-1, this.d, this.d]);
  }
  private get inverse(): Variable {
    return reshape(batchInv(this.factors), [...this.batchShape, this.d, this.d]);
  }
  /** Σ ln L[i, i] */
  private get logDet(): Variable {
    const diagonals = diagonal(this.factors, { axis1: 1, axis2: 2 });
    return reshape(sum(log(diagonals), { axis: 1 }), [...this.batchShape]);
  }
  /** `‖A (x - loc)‖²` for each x. */
  private distance(x: VariableLike, matrix: Variable): Variable {
    const difference = sub(this.loc, x);
    const shape = broadcastShapes(difference.shape, [...this.batchShape, this.d]);
    const rows = reshape(broadcastTo(difference, shape), [...shape, 1]);
    const matrices = broadcastTo(matrix, [...shape, this.d]);
    return sum(square(matmul(matrices, rows)), { axis: [-2, -1] });
  }

  logProb(x: VariableLike): Variable {
    const half = mul(this.distance(x, this.inverse), -0.5);
    return sub(half, add(this.logDet, (this.d / 2) * Math.log(2 * Math.PI)));
  }
  override get entropy(): Variable {
    return add(this.logDet, (this.d / 2) * (1 + Math.log(2 * Math.PI)));
  }
  override get mean(): Variable {
    return broadcastTo(this.loc, [...this.batchShape, this.d]);
  }
  override get mode(): Variable {
    return this.mean;
  }
  override get covariance(): Variable {
    const l = this.factors;
    return reshape(matmul(l, l, { transb: true }), [...this.batchShape, this.d, this.d]);
  }
  override get variance(): Variable {
    return reshape(sum(square(this.factors), { axis: 2 }), [...this.batchShape, this.d]);
  }
  sampleN(n: number): Variable {
    const z = normals(this.loc.array, [n, ...this.batchShape, this.d, 1]);
    const l = broadcastTo(this.scaleTril, [n, ...this.batchShape, this.d, this.d]);
    return add(reshape(matmul(l, z), [n, ...this.batchShape, this.d]), this.loc);
  }
  override klFrom(q: Distribution): Variable | null {
    if (!(q instanceof MultivariateNormal) || q.d !== this.d) return null;
    const shape = [...broadcastShapes(this.batchShape, q.batchShape), this.d, this.d];
    const product = matmul(broadcastTo(q.inverse, shape), broadcastTo(this.scaleTril, shape));
    const spread = sum(square(product), { axis: [-2, -1] });
    const logs = sub(q.logDet, this.logDet);
    return add(logs, mul(sub(add(spread, q.distance(this.mean, q.inverse)), this.d), 0.5));
  }
}
