/** What CuPy has beside NumPy: `cupyx.scipy.special.gamma(x)`. */
import '../install-reading.ts';

export * as scipy from './scipy/index.ts';
