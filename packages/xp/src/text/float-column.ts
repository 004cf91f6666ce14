import type { DType } from '../core/dtype.ts';
import { positional, scientific, type Trim } from './format-float.ts';
import type { PrintOptions } from './print-options.ts';

/** Prints floats of one array in columns: one notation, one position of the point. */
export class FloatColumn {
  private readonly dtype: DType;
  private readonly options: PrintOptions;
  private readonly exponential: boolean;
  private readonly unique: boolean;
  private readonly precision: number | null;
  private readonly minDigits: number;
  private readonly trim: Trim;
  private readonly expDigits: number;
  private readonly padLeft: number;
  private readonly padRight: number;

  /** Decides the layout from the elements that will be printed. */
  constructor(values: readonly number[], dtype: DType, options: PrintOptions) {
    this.dtype = dtype;
    this.options = options;
    const finite = values.filter(Number.isFinite);
    const plus = options.sign === '+';
    const fixed = options.floatmode === 'fixed';
    const most = options.floatmode === 'unique' ? null : options.precision;
    this.exponential = isExponential(finite, options.suppress);
    this.unique = !fixed;
    // A first pass prints every element for itself, to see what room it takes.
    const alone = { precision: most, unique: this.unique, trim: fixed ? 'k' : '.', sign: plus } as const;
    const texts = finite.map((v) => (this.exponential ? scientific : positional)(v, dtype, alone));
    const parts = texts.map((t) => t.split(/[.e]/) as [string, string, string?]);
    const longest = (k: 0 | 1 | 2) => Math.max(0, ...parts.map((p) => p[k]?.length ?? 0));
    let left = longest(0);
    const digits = longest(1);
    if (this.exponential) {
      this.expDigits = longest(2) - 1;
      this.precision = digits;
      this.minDigits = digits;
      this.trim = 'k';
      this.padRight = this.expDigits + 2 + digits;
    } else {
      const equal = finite.length > 0 && (fixed || options.floatmode === 'maxprec_equal');
      this.expDigits = 0;
      this.precision = equal ? digits : most;
      this.minDigits = equal ? digits : 0;
      this.trim = equal ? 'k' : '.';
      this.padRight = digits;
    }
    if (options.sign === ' ' && !finite.some((v) => v < 0 || Object.is(v, -0))) left++;
    if (finite.length < values.length) {
      const signed = options.sign !== '-' || values.includes(Number.NEGATIVE_INFINITY) ? 1 : 0;
      const beyond = this.padRight + 1;
      left = Math.max(left, options.nanstr.length - beyond, options.infstr.length + signed - beyond);
    }
    this.padLeft = left;
  }

  format(value: number): string {
    const plus = this.options.sign === '+';
    if (!Number.isFinite(value)) {
      const sign = value < 0 ? '-' : plus ? '+' : '';
      const text = sign + (Number.isNaN(value) ? this.options.nanstr : this.options.infstr);
      return text.padStart(this.padLeft + this.padRight + 1);
    }
    const { precision, minDigits, unique, trim, padLeft } = this;
    const shared = { precision, minDigits, unique, trim, padLeft, sign: plus };
    return this.exponential
      ? scientific(value, this.dtype, { ...shared, expDigits: this.expDigits })
      : positional(value, this.dtype, { ...shared, padRight: this.padRight });
  }
}

/** Scientific notation serves numbers that are huge, and unless suppressed those that are tiny or far apart. */
function isExponential(finite: readonly number[], suppress: boolean): boolean {
  const sizes = finite.filter((v) => v !== 0).map(Math.abs);
  if (sizes.length === 0) return false;
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  return largest >= 1e8 || (!suppress && (smallest < 1e-4 || largest / smallest > 1000));
}
