/** Discrete Fourier transforms of one length, over split real and imaginary parts; the result replaces what was there. */
export interface FftPlan {
  readonly n: number;
  /** `re`, `im`: at least `n` float64 values each. */
  run(re: Float64Array, im: Float64Array): void;
}

/** Primes beyond this go by way of a convolution whose length is a power of two. */
const largestRadix = 31;
const kept = 64;
const plans = new Map<number, FftPlan>();

/** The plan for a length; the last few are kept. */
export function planOf(n: number): FftPlan {
  let plan = plans.get(n);
  if (plan === undefined) {
    const factors = factorsOf(n);
    plan = Math.max(...factors) > largestRadix ? new Chirp(n) : new MixedRadix(n, factors);
    if (plans.size >= kept) plans.delete(plans.keys().next().value as number);
    plans.set(n, plan);
  }
  return plan;
}

/** Fours first, then what is left of the prime factors, ascending. */
function factorsOf(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (; rest % 4 === 0; rest /= 4) factors.push(4);
  for (let p = 2; p * p <= rest; p++) {
    for (; rest % p === 0; rest /= p) factors.push(p);
  }
  if (rest > 1 || factors.length === 0) factors.push(rest);
  return factors;
}

/** cos and -sin of `2π k / n`: the powers of the root that a forward transform uses. */
function roots(n: number): { cos: Float64Array; sin: Float64Array } {
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const angle = (2 * Math.PI * k) / n;
    cos[k] = Math.cos(angle);
    sin[k] = -Math.sin(angle);
  }
  return { cos, sin };
}

/** Stockham's algorithm: one pass a factor, sorted as it goes. */
class MixedRadix implements FftPlan {
  readonly n: number;
  private readonly factors: readonly number[];
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;
  private readonly re: Float64Array;
  private readonly im: Float64Array;

  constructor(n: number, factors: readonly number[]) {
    this.n = n;
    this.factors = factors;
    const { cos, sin } = roots(n);
    this.cos = cos;
    this.sin = sin;
    this.re = new Float64Array(n);
    this.im = new Float64Array(n);
  }

  run(re: Float64Array, im: Float64Array): void {
    let [fromRe, fromIm, toRe, toIm] = [re, im, this.re, this.im];
    let stride = 1;
    for (const p of this.factors) {
      if (p === 1) continue;
      const m = this.n / (stride * p);
      if (p === 2) this.radix2(fromRe, fromIm, toRe, toIm, m, stride);
      else if (p === 4) this.radix4(fromRe, fromIm, toRe, toIm, m, stride);
      else this.radix(p, fromRe, fromIm, toRe, toIm, m, stride);
      [fromRe, fromIm, toRe, toIm] = [toRe, toIm, fromRe, fromIm];
      stride *= p;
    }
    if (fromRe !== re) {
      re.set(fromRe);
      im.set(fromIm);
    }
  }

  private radix2(
    xr: Float64Array,
    xi: Float64Array,
    yr: Float64Array,
    yi: Float64Array,
    m: number,
    stride: number,
  ): void {
    for (let q = 0; q < m; q++) {
      const c = this.cos[q * stride]!;
      const s = this.sin[q * stride]!;
      for (let k = 0; k < stride; k++) {
        const a = k + stride * q;
        const b = a + stride * m;
        const to = k + stride * 2 * q;
        const dr = xr[a]! - xr[b]!;
        const di = xi[a]! - xi[b]!;
        yr[to] = xr[a]! + xr[b]!;
        yi[to] = xi[a]! + xi[b]!;
        yr[to + stride] = dr * c - di * s;
        yi[to + stride] = dr * s + di * c;
      }
    }
  }

  private radix4(
    xr: Float64Array,
    xi: Float64Array,
    yr: Float64Array,
    yi: Float64Array,
    m: number,
    stride: number,
  ): void {
    const { cos, sin } = this;
    const far = stride * m;
    for (let q = 0; q < m; q++) {
      const [c1, s1] = [cos[q * stride]!, sin[q * stride]!];
      const [c2, s2] = [cos[2 * q * stride]!, sin[2 * q * stride]!];
      const [c3, s3] = [cos[3 * q * stride]!, sin[3 * q * stride]!];
      for (let k = 0; k < stride; k++) {
        const a = k + stride * q;
        const to = k + stride * 4 * q;
        const r0 = xr[a]! + xr[a + 2 * far]!;
        const i0 = xi[a]! + xi[a + 2 * far]!;
        const r1 = xr[a]! - xr[a + 2 * far]!;
        const i1 = xi[a]! - xi[a + 2 * far]!;
        const r2 = xr[a + far]! + xr[a + 3 * far]!;
        const i2 = xi[a + far]! + xi[a + 3 * far]!;
        // The difference of the odd ones, turned by -i.
        const r3 = xi[a + far]! - xi[a + 3 * far]!;
        const i3 = xr[a + 3 * far]! - xr[a + far]!;
        yr[to] = r0 + r2;
        yi[to] = i0 + i2;
        const ur = r1 + r3;
        const ui = i1 + i3;
        yr[to + stride] = ur * c1 - ui * s1;
        yi[to + stride] = ur * s1 + ui * c1;
        const vr = r0 - r2;
        const vi = i0 - i2;
        yr[to + 2 * stride] = vr * c2 - vi * s2;
        yi[to + 2 * stride] = vr * s2 + vi * c2;
        const wr = r1 - r3;
        const wi = i1 - i3;
        yr[to + 3 * stride] = wr * c3 - wi * s3;
        yi[to + 3 * stride] = wr * s3 + wi * c3;
      }
    }
  }

  private radix(
    p: number,
    xr: Float64Array,
    xi: Float64Array,
    yr: Float64Array,
    yi: Float64Array,
    m: number,
    stride: number,
  ): void {
    const { n, cos, sin } = this;
    const turn = n / p;
    const far = stride * m;
    for (let q = 0; q < m; q++) {
      for (let k = 0; k < stride; k++) {
        const from = k + stride * q;
        const to = k + stride * p * q;
        for (let t = 0; t < p; t++) {
          let r = 0;
          let i = 0;
          for (let j = 0; j < p; j++) {
            const w = ((j * t) % p) * turn;
            const a = from + j * far;
            r += xr[a]! * cos[w]! - xi[a]! * sin[w]!;
            i += xr[a]! * sin[w]! + xi[a]! * cos[w]!;
          }
          const w = q * t * stride;
          yr[to + t * stride] = r * cos[w]! - i * sin[w]!;
          yi[to + t * stride] = r * sin[w]! + i * cos[w]!;
        }
      }
    }
  }
}

/** Bluestein's algorithm: any length as a convolution with a chirp. */
class Chirp implements FftPlan {
  readonly n: number;
  private readonly inner: FftPlan;
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;
  /** Spectrum of the chirp, divided by the length of the convolution. */
  private readonly filterRe: Float64Array;
  private readonly filterIm: Float64Array;
  private readonly re: Float64Array;
  private readonly im: Float64Array;

  constructor(n: number) {
    this.n = n;
    let length = 1;
    while (length < 2 * n - 1) length *= 2;
    this.inner = planOf(length);
    this.cos = new Float64Array(n);
    this.sin = new Float64Array(n);
    const filterRe = new Float64Array(length);
    const filterIm = new Float64Array(length);
    // k² modulo 2n, step by step, so that the angle stays exact.
    for (let k = 0, square = 0; k < n; square = (square + 2 * k + 1) % (2 * n), k++) {
      const angle = (Math.PI * square) / n;
      this.cos[k] = Math.cos(angle);
      this.sin[k] = -Math.sin(angle);
      for (const at of [k, (length - k) % length]) {
        filterRe[at] = this.cos[k]! / length;
        filterIm[at] = -this.sin[k]! / length;
      }
    }
    this.inner.run(filterRe, filterIm);
    this.filterRe = filterRe;
    this.filterIm = filterIm;
    this.re = new Float64Array(length);
    this.im = new Float64Array(length);
  }

  run(re: Float64Array, im: Float64Array): void {
    const { n, cos, sin, filterRe, filterIm, re: r, im: i } = this;
    r.fill(0, n);
    i.fill(0, n);
    for (let k = 0; k < n; k++) {
      r[k] = re[k]! * cos[k]! - im[k]! * sin[k]!;
      i[k] = re[k]! * sin[k]! + im[k]! * cos[k]!;
    }
    this.inner.run(r, i);
    for (let k = 0; k < r.length; k++) {
      const a = r[k]! * filterRe[k]! - i[k]! * filterIm[k]!;
      i[k] = r[k]! * filterIm[k]! + i[k]! * filterRe[k]!;
      r[k] = a;
    }
    // An inverse transform is a forward one with real and imaginary parts exchanged.
    this.inner.run(i, r);
    for (let k = 0; k < n; k++) {
      re[k] = r[k]! * cos[k]! - i[k]! * sin[k]!;
      im[k] = r[k]! * sin[k]! + i[k]! * cos[k]!;
    }
  }
}
