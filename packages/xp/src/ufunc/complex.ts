import { checkOptions } from '../core/check-options.ts';
import { int64 } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { realType } from '../core/promotion.ts';
import { asarray } from '../creation/array.ts';
import { apply } from '../scalar/expr.ts';
import { ufunc1 } from './declare.ts';
import { anyNumber, firstThatHolds, floats, predicateOfAny } from './loops.ts';
import type { Resolve, Ufunc1, UfuncOperand } from './types.ts';

/**
 * Complex conjugate; real numbers unchanged.
 *
 * @example
 * import { array, complex, conj } from '@chainer/xp';
 * conj(array([complex(1, 2)])).toArraySync(); // [Complex { re: 1, im: -2 }]
 */
export const conj: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'conj',
  resolve: anyNumber,
  body: ([x]) => x.conj(),
});

/** The same as `conj`. */
export const conjugate: Ufunc1 = conj;

/** Real or imaginary parts of a complex array, as a view. */
function part(x: NdArray, k: 0 | 1): NdArray {
  const steps = x.steps.map((s) => 2 * s);
  return new NdArray(x.storage, realType(x.dtype), x.shape, steps, 2 * x.offset + k);
}

/**
 * Real parts: a view of a complex array, the array itself otherwise.
 *
 * @example
 * import { array, complex, real } from '@chainer/xp';
 * real(array([complex(1, 2)])).toArraySync(); // [1]
 */
export function real(x: UfuncOperand): NdArray {
  const a = asarray(x);
  return a.dtype.kind === 'c' ? part(a, 0) : a;
}

/**
 * Imaginary parts: a view of a complex array, zeros otherwise.
 *
 * @example
 * import { array, complex, imag } from '@chainer/xp';
 * imag(array([complex(1, 2)])).toArraySync(); // [2]
 */
export function imag(x: UfuncOperand): NdArray {
  const a = asarray(x);
  if (a.dtype.kind === 'c') return part(a, 1);
  const zeros = emptyOn(a.device, a.shape, a.dtype);
  if (zeros.size > 0) a.device.kernels.fill(zeros, 0);
  return zeros;
}

/** Complex numbers to their real type, integers to the float that holds them. */
const phase: Resolve = (types) => {
  const [d] = types as [(typeof floats)[number]];
  // Booleans are integers here, as in NumPy.
  const f = d.kind === 'c' ? realType(d) : firstThatHolds([d.kind === 'b' ? int64 : d], floats);
  return f && { inputs: [d.kind === 'c' ? d : f], outputs: [f] };
};

const inRadians = /*#__PURE__*/ ufunc1({
  name: 'angle',
  resolve: phase,
  body: ([x]) => apply('angle', x),
});

const inDegrees = /*#__PURE__*/ ufunc1({
  name: 'angle',
  resolve: phase,
  body: ([x]) => apply('angle', x).mul(180 / Math.PI),
});

/**
 * The angle of complex numbers in `[-π, π]`, or in degrees; 0 or π of real ones.
 *
 * @example
 * import { angle, array, complex } from '@chainer/xp';
 * angle(array([complex(0, 1)]), { deg: true }).toArraySync(); // [90]
 */
export function angle(z: UfuncOperand, options: { readonly deg?: boolean } = {}): NdArray {
  checkOptions('angle', options, ['deg']);
  return (options.deg ? inDegrees : inRadians)(z);
}

/**
 * Whether the imaginary part is 0, element by element.
 *
 * @example
 * import { array, complex, isreal } from '@chainer/xp';
 * isreal(array([complex(1, 0), complex(1, 2)])).toArraySync(); // [true, false]
 */
export const isreal: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'isreal',
  resolve: predicateOfAny,
  body: ([x]) => x.imag().eq(0),
});

/**
 * Whether the imaginary part is not 0, element by element.
 *
 * @example
 * import { array, complex, iscomplex } from '@chainer/xp';
 * iscomplex(array([complex(1, 0), complex(1, 2)])).toArraySync(); // [false, true]
 */
export const iscomplex: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'iscomplex',
  resolve: predicateOfAny,
  body: ([x]) => x.imag().ne(0),
});

/**
 * Whether the dtype is real, whatever the values.
 *
 * @example
 * import { array, isrealobj } from '@chainer/xp';
 * isrealobj(array([1])); // true
 */
export function isrealobj(x: UfuncOperand): boolean {
  return !iscomplexobj(x);
}

/**
 * Whether the dtype is complex, whatever the values.
 *
 * @example
 * import { array, complex, iscomplexobj } from '@chainer/xp';
 * iscomplexobj(array([complex(1)])); // true
 */
export function iscomplexobj(x: UfuncOperand): boolean {
  return asarray(x).dtype.kind === 'c';
}
