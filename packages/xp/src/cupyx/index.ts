/** What CuPy has beside NumPy: `cupyx.scipy.special.gamma(x)`. */
export * as scipy from './scipy/index.ts';
