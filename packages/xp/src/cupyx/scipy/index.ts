/** What CuPy has of SciPy: `scipy.special`, `scipy.linalg`, `scipy.fft` and `scipy.stats`. */
export * as special from './special/index.ts';
