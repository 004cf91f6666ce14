export { bincount } from './bincount.ts';
export { type CorrelationOptions, type CovarianceOptions, corrcoef, cov } from './cov.ts';
export { digitize } from './digitize.ts';
export type { Bins } from './edges.ts';
export { type HistogramOptions, histogram, histogram2d, histogramdd } from './histogram.ts';
