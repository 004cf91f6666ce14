import { apply } from '../scalar/expr.ts';
import { ufunc1, ufunc2 } from './declare.ts';
import { floating, inexact } from './loops.ts';
import type { Ufunc1, Ufunc2 } from './types.ts';

/**
 * Sine of an angle in radians.
 *
 * @example
 * import { array, sin } from '@chainer/xp';
 * sin(array([0])).toArraySync(); // [0]
 */
export const sin: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'sin',
  resolve: inexact,
  body: ([x]) => x.sin(),
});

/**
 * Cosine of an angle in radians.
 *
 * @example
 * import { array, cos } from '@chainer/xp';
 * cos(array([0])).toArraySync(); // [1]
 */
export const cos: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'cos',
  resolve: inexact,
  body: ([x]) => x.cos(),
});

/**
 * Tangent of an angle in radians.
 *
 * @example
 * import { array, tan } from '@chainer/xp';
 * tan(array([0])).toArraySync(); // [0]
 */
export const tan: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'tan',
  resolve: inexact,
  body: ([x]) => x.tan(),
});

/**
 * Angle in `[-π/2, π/2]` whose sine is x; NaN outside `[-1, 1]`.
 *
 * @example
 * import { arcsin, array } from '@chainer/xp';
 * arcsin(array([0])).toArraySync(); // [0]
 */
export const arcsin: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'arcsin',
  resolve: inexact,
  body: ([x]) => x.arcsin(),
});

/** The same as `arcsin`. */
export const asin: Ufunc1 = arcsin;

/**
 * Angle in `[0, π]` whose cosine is x; NaN outside `[-1, 1]`.
 *
 * @example
 * import { arccos, array } from '@chainer/xp';
 * arccos(array([1])).toArraySync(); // [0]
 */
export const arccos: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'arccos',
  resolve: inexact,
  body: ([x]) => x.arccos(),
});

/** The same as `arccos`. */
export const acos: Ufunc1 = arccos;

/**
 * Angle in `[-π/2, π/2]` whose tangent is x.
 *
 * @example
 * import { arctan, array } from '@chainer/xp';
 * arctan(array([0])).toArraySync(); // [0]
 */
export const arctan: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'arctan',
  resolve: inexact,
  body: ([x]) => x.arctan(),
});

/** The same as `arctan`. */
export const atan: Ufunc1 = arctan;

/**
 * Angle in `[-π, π]` of the point with ordinate x and abscissa y.
 *
 * @example
 * import { arctan2, array } from '@chainer/xp';
 * arctan2(array([0]), 1).toArraySync(); // [0]
 */
export const arctan2: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'arctan2',
  resolve: floating,
  body: ([x, y]) => apply('atan2', x, y),
});

/** The same as `arctan2`. */
export const atan2: Ufunc2 = arctan2;

/**
 * `√(x² + y²)` without overflow.
 *
 * @example
 * import { array, hypot } from '@chainer/xp';
 * hypot(array([3]), 4).toArraySync(); // [5]
 */
export const hypot: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'hypot',
  resolve: floating,
  body: ([x, y]) => apply('hypot', x, y),
  identity: 0,
  associative: true,
});

/**
 * Hyperbolic sine.
 *
 * @example
 * import { array, sinh } from '@chainer/xp';
 * sinh(array([0])).toArraySync(); // [0]
 */
export const sinh: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'sinh',
  resolve: inexact,
  body: ([x]) => x.sinh(),
});

/**
 * Hyperbolic cosine.
 *
 * @example
 * import { array, cosh } from '@chainer/xp';
 * cosh(array([0])).toArraySync(); // [1]
 */
export const cosh: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'cosh',
  resolve: inexact,
  body: ([x]) => x.cosh(),
});

/**
 * Hyperbolic tangent.
 *
 * @example
 * import { array, tanh } from '@chainer/xp';
 * tanh(array([0])).toArraySync(); // [0]
 */
export const tanh: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'tanh',
  resolve: inexact,
  body: ([x]) => x.tanh(),
});

/**
 * Inverse hyperbolic sine.
 *
 * @example
 * import { arcsinh, array } from '@chainer/xp';
 * arcsinh(array([0])).toArraySync(); // [0]
 */
export const arcsinh: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'arcsinh',
  resolve: inexact,
  body: ([x]) => x.arcsinh(),
});

/** The same as `arcsinh`. */
export const asinh: Ufunc1 = arcsinh;

/**
 * Inverse hyperbolic cosine; NaN below 1.
 *
 * @example
 * import { arccosh, array } from '@chainer/xp';
 * arccosh(array([1])).toArraySync(); // [0]
 */
export const arccosh: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'arccosh',
  resolve: inexact,
  body: ([x]) => x.arccosh(),
});

/** The same as `arccosh`. */
export const acosh: Ufunc1 = arccosh;

/**
 * Inverse hyperbolic tangent; NaN outside `[-1, 1]`.
 *
 * @example
 * import { arctanh, array } from '@chainer/xp';
 * arctanh(array([0])).toArraySync(); // [0]
 */
export const arctanh: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'arctanh',
  resolve: inexact,
  body: ([x]) => x.arctanh(),
});

/** The same as `arctanh`. */
export const atanh: Ufunc1 = arctanh;

/**
 * Radians to degrees.
 *
 * @example
 * import { array, degrees } from '@chainer/xp';
 * degrees(array([Math.PI])).toArraySync(); // [180]
 */
export const degrees: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'degrees',
  resolve: floating,
  body: ([x]) => x.mul(180 / Math.PI),
});

/**
 * Radians to degrees.
 *
 * @example
 * import { array, rad2deg } from '@chainer/xp';
 * rad2deg(array([Math.PI])).toArraySync(); // [180]
 */
export const rad2deg: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'rad2deg',
  resolve: floating,
  body: ([x]) => x.mul(180 / Math.PI),
});

/**
 * Degrees to radians.
 *
 * @example
 * import { array, radians } from '@chainer/xp';
 * radians(array([180], { dtype: 'float64' })).toArraySync(); // [Math.PI]
 */
export const radians: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'radians',
  resolve: floating,
  body: ([x]) => x.mul(Math.PI / 180),
});

/**
 * Degrees to radians.
 *
 * @example
 * import { array, deg2rad } from '@chainer/xp';
 * deg2rad(array([180], { dtype: 'float64' })).toArraySync(); // [Math.PI]
 */
export const deg2rad: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'deg2rad',
  resolve: floating,
  body: ([x]) => x.mul(Math.PI / 180),
});
