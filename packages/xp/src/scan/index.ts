export { cumprod, cumsum, type ScanOptions } from './cumsum.ts';
export { type CumulativeOptions, cumulativeProd, cumulativeSum } from './cumulative-sum.ts';
export { nancumprod, nancumsum } from './nancumsum.ts';
