/** The μ-law: amplitudes from -1 to 1 as one of `mu` levels, which are finer where it is quiet. */
export class MuLaw {
  readonly mu: number;

  constructor(mu: number) {
    this.mu = mu;
  }

  /** The level of each amplitude, from 0 to `mu - 1`. */
  levels(x: Float32Array): Int32Array {
    const { mu } = this;
    return Int32Array.from(x, (v) => {
      const y = (Math.sign(v) * Math.log1p(mu * Math.abs(v))) / Math.log1p(mu);
      return Math.min(mu - 1, Math.max(0, Math.floor(((y + 1) * mu) / 2)));
    });
  }

  /** The amplitude at the lower end of each level. */
  amplitudes(levels: Int32Array): Float32Array {
    const { mu } = this;
    return Float32Array.from(levels, (level) => {
      const y = (2 * level) / mu - 1;
      return (Math.sign(y) * ((1 + mu) ** Math.abs(y) - 1)) / mu;
    });
  }
}
