/** How a quantile between two elements is found (Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996, and NumPy's own). */
export type QuantileMethod =
  | 'inverted_cdf'
  | 'averaged_inverted_cdf'
  | 'closest_observation'
  | 'interpolated_inverted_cdf'
  | 'hazen'
  | 'weibull'
  | 'linear'
  | 'median_unbiased'
  | 'normal_unbiased'
  | 'lower'
  | 'higher'
  | 'midpoint'
  | 'nearest';

/** Where a quantile lies among n sorted elements: `(1 - weight) x[low] + weight x[high]`. */
export interface Place {
  readonly low: number;
  readonly high: number;
  readonly weight: number;
}

function halfEven(x: number): number {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

/** A place at one element. */
function single(index: number, n: number): Place {
  const i = Math.min(Math.max(index, 0), n - 1);
  return { low: i, high: i, weight: 0 };
}

/** A place between the neighbours of a fractional index. */
function between(index: number, n: number, weight: (fraction: number) => number = (f) => f): Place {
  const low = Math.floor(index);
  if (low >= n - 1) return single(n - 1, n);
  if (index < 0) return single(0, n);
  return { low, high: low + 1, weight: weight(index - low) };
}

/** The family of continuous methods: the index of quantile q for plotting positions alpha, beta. */
function plotting(alpha: number, beta: number): (n: number, q: number) => Place {
  return (n, q) => between(n * q + (alpha + q * (1 - alpha - beta)) - 1, n);
}

/** For every method: the place of quantile q among n elements. */
export const quantileMethods: Readonly<Record<QuantileMethod, (n: number, q: number) => Place>> = {
  inverted_cdf: (n, q) => {
    const index = n * q - 1;
    const low = Math.floor(index);
    return single(index === low ? low : low + 1, n);
  },
  averaged_inverted_cdf: (n, q) => between(n * q - 1, n, (f) => (f === 0 ? 0.5 : 1)),
  closest_observation: (n, q) => {
    const index = n * q - 1 - 0.5;
    const low = Math.floor(index);
    return single(index === low && Math.abs(low % 2) === 1 ? low : low + 1, n);
  },
  interpolated_inverted_cdf: plotting(0, 1),
  hazen: plotting(0.5, 0.5),
  weibull: plotting(0, 0),
  linear: (n, q) => between((n - 1) * q, n),
  median_unbiased: plotting(1 / 3, 1 / 3),
  normal_unbiased: plotting(3 / 8, 3 / 8),
  lower: (n, q) => single(Math.floor((n - 1) * q), n),
  higher: (n, q) => single(Math.ceil((n - 1) * q), n),
  midpoint: (n, q) =>
    between(0.5 * (Math.floor((n - 1) * q) + Math.ceil((n - 1) * q)), n, (f) => (f === 0 ? 0 : 0.5)),
  nearest: (n, q) => single(halfEven((n - 1) * q), n),
};

/** Methods that always give one of the elements, in their own dtype. */
export const choosingMethods: ReadonlySet<QuantileMethod> = new Set([
  'inverted_cdf',
  'closest_observation',
  'lower',
  'higher',
  'nearest',
]);
