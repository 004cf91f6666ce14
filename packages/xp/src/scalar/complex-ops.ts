/** Complex arithmetic on parts. Results are left in one shared pair, so that kernels allocate nothing. */

/** Where a complex function leaves its result. */
export const result = { re: 0, im: 0 };

/** Computes from the parts of one or two numbers; leaves the answer in `result`. */
export type ComplexFn = (ar: number, ai: number, br: number, bi: number) => void;
/** A predicate over parts. */
export type ComplexTest = (ar: number, ai: number, br: number, bi: number) => boolean;

function set(re: number, im: number): void {
  result.re = re;
  result.im = im;
}

/** Wraps a predicate as a function that leaves 0 or 1. */
export function test(f: ComplexTest): ComplexFn {
  return (ar, ai, br, bi) => set(f(ar, ai, br, bi) ? 1 : 0, 0);
}

export const add: ComplexFn = (ar, ai, br, bi) => set(ar + br, ai + bi);
export const sub: ComplexFn = (ar, ai, br, bi) => set(ar - br, ai - bi);
export const mul: ComplexFn = (ar, ai, br, bi) => set(ar * br - ai * bi, ar * bi + ai * br);
export const neg: ComplexFn = (ar, ai) => set(-ar, -ai);
export const same: ComplexFn = (ar, ai) => set(ar, ai);
export const conj: ComplexFn = (ar, ai) => set(ar, -ai);
export const real: ComplexFn = (ar) => set(ar, 0);
export const imag: ComplexFn = (_, ai) => set(ai, 0);
export const angle: ComplexFn = (ar, ai) => set(Math.atan2(ai, ar), 0);
export const abs: ComplexFn = (ar, ai) => set(Math.hypot(ar, ai), 0);
export const square: ComplexFn = (ar, ai) => set((ar - ai) * (ar + ai), 2 * ar * ai);

/** Smith's division, which does not overflow half way. */
export const div: ComplexFn = (ar, ai, br, bi) => {
  if (Math.abs(br) >= Math.abs(bi)) {
    if (br === 0 && bi === 0) return set(ar / 0, ai / 0);
    const r = bi / br;
    const d = br + bi * r;
    return set((ar + ai * r) / d, (ai - ar * r) / d);
  }
  const r = br / bi;
  const d = bi + br * r;
  return set((ar * r + ai) / d, (ai * r - ar) / d);
};

export const reciprocal: ComplexFn = (ar, ai) => div(1, 0, ar, ai);

/** z / |z|, NumPy 2's sign. */
export const sign: ComplexFn = (ar, ai) => {
  const r = Math.hypot(ar, ai);
  return r === 0 ? set(0, 0) : set(ar / r, ai / r);
};

export const sqrt: ComplexFn = (ar, ai) => {
  if (ar === 0 && ai === 0) return set(0, ai);
  if (Math.abs(ai) === Infinity) return set(Infinity, ai);
  if (ar === Infinity) return set(Infinity, Number.isNaN(ai) ? ai : Math.sign(ai) * 0);
  const t = Math.sqrt((Math.abs(ar) + Math.hypot(ar, ai)) / 2);
  if (ar >= 0) return set(t, ai / (2 * t));
  return set(Math.abs(ai) / (2 * t), ai < 0 || Object.is(ai, -0) ? -t : t);
};

export const exp: ComplexFn = (ar, ai) => {
  const e = Math.exp(ar);
  if (ai === 0) return set(e, ai);
  return set(e * Math.cos(ai), e * Math.sin(ai));
};
export const exp2: ComplexFn = (ar, ai) => exp(ar * Math.LN2, ai * Math.LN2, 0, 0);
export const expm1: ComplexFn = (ar, ai) => {
  const s = Math.sin(ai / 2);
  return set(Math.expm1(ar) * Math.cos(ai) - 2 * s * s, Math.exp(ar) * Math.sin(ai));
};
export const log: ComplexFn = (ar, ai) => set(Math.log(Math.hypot(ar, ai)), Math.atan2(ai, ar));
export const log2: ComplexFn = (ar, ai) =>
  set(Math.log2(Math.hypot(ar, ai)), Math.atan2(ai, ar) * Math.LOG2E);
export const log10: ComplexFn = (ar, ai) =>
  set(Math.log10(Math.hypot(ar, ai)), Math.atan2(ai, ar) * Math.LOG10E);
export const log1p: ComplexFn = (ar, ai) => {
  const small = Math.abs(ar) < 0.5 && Math.abs(ai) < 0.5;
  return set(
    small ? Math.log1p(ar * (2 + ar) + ai * ai) / 2 : Math.log(Math.hypot(1 + ar, ai)),
    Math.atan2(ai, 1 + ar),
  );
};

export const sin: ComplexFn = (ar, ai) => set(Math.sin(ar) * Math.cosh(ai), Math.cos(ar) * Math.sinh(ai));
export const cos: ComplexFn = (ar, ai) => set(Math.cos(ar) * Math.cosh(ai), -Math.sin(ar) * Math.sinh(ai));
export const sinh: ComplexFn = (ar, ai) => set(Math.sinh(ar) * Math.cos(ai), Math.cosh(ar) * Math.sin(ai));
export const cosh: ComplexFn = (ar, ai) => set(Math.cosh(ar) * Math.cos(ai), Math.sinh(ar) * Math.sin(ai));

export const tanh: ComplexFn = (ar, ai) => {
  if (Math.abs(ar) > 20)
    return set(Math.sign(ar), 4 * Math.sin(ai) * Math.cos(ai) * Math.exp(-2 * Math.abs(ar)));
  const t = Math.tan(ai);
  const s = Math.sinh(ar);
  const beta = 1 + t * t;
  const rho = Math.sqrt(1 + s * s);
  if (Math.abs(t) === Infinity) return set(rho / s, 1 / t);
  const d = 1 + beta * s * s;
  return set((beta * rho * s) / d, t / d);
};

/** tan z = -i tanh(iz). */
export const tan: ComplexFn = (ar, ai) => {
  tanh(-ai, ar, 0, 0);
  return set(result.im, -result.re);
};

/** Kahan's formula (1987), which keeps the branch cuts. */
export const asin: ComplexFn = (ar, ai) => {
  sqrt(1 - ar, -ai, 0, 0);
  const mr = result.re;
  const mi = result.im;
  sqrt(1 + ar, ai, 0, 0);
  const pr = result.re;
  const pi = result.im;
  return set(Math.atan2(ar, mr * pr - mi * pi), Math.asinh(mr * pi - mi * pr));
};

/** asinh z = -i asin(iz). */
export const asinh: ComplexFn = (ar, ai) => {
  asin(-ai, ar, 0, 0);
  return set(result.im, -result.re);
};

export const acos: ComplexFn = (ar, ai) => {
  sqrt(1 - ar, -ai, 0, 0);
  const mr = result.re;
  const mi = result.im;
  sqrt(1 + ar, ai, 0, 0);
  const pr = result.re;
  const pi = result.im;
  return set(2 * Math.atan2(mr, pr), Math.asinh(pr * mi - pi * mr));
};

export const acosh: ComplexFn = (ar, ai) => {
  sqrt(ar - 1, ai, 0, 0);
  const mr = result.re;
  const mi = result.im;
  sqrt(ar + 1, ai, 0, 0);
  const pr = result.re;
  const pi = result.im;
  return set(Math.asinh(pr * mr + pi * mi), 2 * Math.atan2(mi, pr));
};

/** atanh z = (log1p(z) - log1p(-z)) / 2. */
export const atanh: ComplexFn = (ar, ai) => {
  log1p(ar, ai, 0, 0);
  const pr = result.re;
  const pi = result.im;
  log1p(-ar, -ai, 0, 0);
  return set((pr - result.re) / 2, (pi - result.im) / 2);
};

/** atan z = -i atanh(iz). */
export const atan: ComplexFn = (ar, ai) => {
  atanh(-ai, ar, 0, 0);
  return set(result.im, -result.re);
};

export const pow: ComplexFn = (ar, ai, br, bi) => {
  if (br === 0 && bi === 0) return set(1, 0);
  if (ar === 0 && ai === 0) return br > 0 ? set(0, 0) : set(Number.NaN, Number.NaN);
  if (bi === 0 && Number.isInteger(br) && Math.abs(br) < 100) return powInteger(ar, ai, br);
  const lr = Math.log(Math.hypot(ar, ai));
  const li = Math.atan2(ai, ar);
  return exp(br * lr - bi * li, br * li + bi * lr, 0, 0);
};

function powInteger(ar: number, ai: number, n: number): void {
  let rr = 1;
  let ri = 0;
  let xr = ar;
  let xi = ai;
  for (let e = Math.abs(n); e > 0; e >>= 1) {
    if (e & 1) [rr, ri] = [rr * xr - ri * xi, rr * xi + ri * xr];
    [xr, xi] = [xr * xr - xi * xi, 2 * xr * xi];
  }
  return n < 0 ? div(1, 0, rr, ri) : set(rr, ri);
}

export const rint: ComplexFn = (ar, ai) => set(half(ar), half(ai));
function half(x: number): number {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

/** Lexicographic order, as NumPy compares. */
export const less: ComplexTest = (ar, ai, br, bi) => ar < br || (ar === br && ai < bi);
export const lessEqual: ComplexTest = (ar, ai, br, bi) => ar < br || (ar === br && ai <= bi);

function isNaNPair(r: number, i: number): boolean {
  return Number.isNaN(r) || Number.isNaN(i);
}
export const maximum: ComplexFn = (ar, ai, br, bi) =>
  isNaNPair(ar, ai) || (!isNaNPair(br, bi) && lessEqual(br, bi, ar, ai)) ? set(ar, ai) : set(br, bi);
export const minimum: ComplexFn = (ar, ai, br, bi) =>
  isNaNPair(ar, ai) || (!isNaNPair(br, bi) && lessEqual(ar, ai, br, bi)) ? set(ar, ai) : set(br, bi);
export const fmax: ComplexFn = (ar, ai, br, bi) =>
  isNaNPair(br, bi) || (!isNaNPair(ar, ai) && lessEqual(br, bi, ar, ai)) ? set(ar, ai) : set(br, bi);
export const fmin: ComplexFn = (ar, ai, br, bi) =>
  isNaNPair(br, bi) || (!isNaNPair(ar, ai) && lessEqual(ar, ai, br, bi)) ? set(ar, ai) : set(br, bi);
