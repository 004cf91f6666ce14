/** Polynomials of rising powers: `polynomial.polynomial.polyval(x, c)`, NumPy's `numpy.polynomial`. */

export * as polyutils from './polyutils.ts';
export * as polynomial from './power-series.ts';
