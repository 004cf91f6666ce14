import { checkOptions } from '../core/check-options.ts';
import { shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { axisInserted, flat } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf } from '../reduction/options.ts';
import { apply } from '../scalar/expr.ts';
import type { ProductOptions } from './matmul.ts';
import { contract } from './tensordot.ts';

const product = /*#__PURE__*/ new ElementwiseKernel('outer', 2, (a, b) => a.mul(b));
const conjugate = /*#__PURE__*/ new ElementwiseKernel('vdot', 1, (a) => apply('conj', a));

/**
 * Outer product of the flattened operands: `y[i, j] = a[i] b[j]`.
 *
 * @example
 * import { array, outer } from '@chainer/xp';
 * outer(array([1, 2]), array([3, 4, 5])).toArraySync(); // [[3, 4, 5], [6, 8, 10]]
 */
export function outer(a: ArrayLike, b: ArrayLike, options: ProductOptions = {}): NdArray {
  checkOptions('outer', options, ['out']);
  const operands = [axisInserted(flat(arrayOf(a)), 1), axisInserted(flat(arrayOf(b)), 0)];
  return product.call(operands, options.out ? { out: [options.out] } : {});
}

/**
 * Scalar product of the flattened operands, the first conjugated: `y = Σ conj(a) b`.
 *
 * @throws {ValueError} where they differ in size.
 * @example
 * import { array, complex, vdot } from '@chainer/xp';
 * vdot(array([1, 2]), array([3, 4])).itemSync(); // 11
 * String(vdot(array([complex(0, 1)]), array([complex(0, 2)])).itemSync()); // '(2+0j)'
 */
export function vdot(a: ArrayLike, b: ArrayLike): NdArray {
  const x = flat(arrayOf(a));
  const y = flat(arrayOf(b));
  if (x.size !== y.size) {
    throw new ValueError(
      `[vdot] a has ${x.size} elements but b has ${y.size} (a: ${shapeText(arrayOf(a).shape)}, b: ${shapeText(arrayOf(b).shape)})`,
    );
  }
  return contract(x.dtype.kind === 'c' ? conjugate.call([x]) : x, y, [0], [0], 'vdot');
}

/**
 * Kronecker product: every element of a times the whole of b, as blocks.
 *
 * @param a `[M…]`, padded with leading axes of extent 1 to b's number of axes (and b likewise).
 * @returns `[M1 N1, M2 N2, …]`.
 * @example
 * import { array, kron } from '@chainer/xp';
 * kron(array([1, 10]), array([1, 2, 3])).toArraySync(); // [1, 2, 3, 10, 20, 30]
 */
export function kron(a: ArrayLike, b: ArrayLike): NdArray {
  const x = arrayOf(a);
  const y = arrayOf(b);
  const ndim = Math.max(x.ndim, y.ndim);
  // a's axes alternate with axes of extent 1, b's the other way round; broadcasting multiplies every pair.
  const alternating = (z: NdArray, first: boolean): NdArray => {
    const lead = ndim - z.ndim;
    const shape: number[] = [];
    const steps: number[] = [];
    for (let i = 0; i < ndim; i++) {
      const d = i < lead ? 1 : (z.shape[i - lead] as number);
      const s = i < lead ? 0 : (z.steps[i - lead] as number);
      shape.push(...(first ? [d, 1] : [1, d]));
      steps.push(...(first ? [s, 0] : [0, s]));
    }
    return new NdArray(z.storage, z.dtype, shape, steps, z.offset);
  };
  const pairs = product.call([alternating(x, true), alternating(y, false)]);
  const shape = Array.from(
    { length: ndim },
    (_, i) => (pairs.shape[2 * i] as number) * (pairs.shape[2 * i + 1] as number),
  );
  return new NdArray(pairs.storage, pairs.dtype, shape);
}
