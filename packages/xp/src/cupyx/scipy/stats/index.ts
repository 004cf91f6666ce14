/** Statistics: `cupyx.scipy.stats.zscore(x)`, SciPy's as CuPy has it. */
export {
  boxcoxLlf,
  type EntropyOptions,
  entropy,
  trimMean,
  type ZscoreOptions,
  zmap,
  zscore,
} from './stats.ts';
