import { checkOptions } from '../core/check-options.ts';
import { type DType, type DTypeLike, dtype, float64 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { type Digits, digitsOf } from './digits.ts';
import { readScalars } from './host-view.ts';

/**
 * What happens to trailing zeros: `k` keep them, `.` drop them, `0` drop all but the one after the point,
 * `-` drop them and the point too.
 */
export type Trim = 'k' | '.' | '0' | '-';

/** Options that both notations share. */
export interface FormatFloatOptions {
  /** Most digits after the point (of `formatFloatPositional` with `fractional: false`: most digits); all that are needed where left out. */
  readonly precision?: number | null;
  /** Stop at the digits that tell the number from its neighbours (the default); otherwise print the exact value. */
  readonly unique?: boolean;
  readonly trim?: Trim;
  /** The dtype whose neighbours decide which digits are needed; float64 where left out, as for NumPy's 0-d arrays. */
  readonly dtype?: DTypeLike | null;
  /** Print a plus sign too. */
  readonly sign?: boolean;
  /** Pad with spaces until there are that many characters before the point. */
  readonly padLeft?: number | null;
  /** Fewest digits to print; takes effect only with `unique`. */
  readonly minDigits?: number | null;
}

/** Options of `formatFloatPositional`. */
export interface FormatPositionalOptions extends FormatFloatOptions {
  /** Whether `precision` and `minDigits` count digits after the point (the default) or all. */
  readonly fractional?: boolean;
  /** Pad with spaces until there are that many characters after the point. */
  readonly padRight?: number | null;
}

/** Options of `formatFloatScientific`. */
export interface FormatScientificOptions extends FormatFloatOptions {
  /** Fewest digits of the exponent; 2 where left out. */
  readonly expDigits?: number | null;
}

/**
 * A number in positional notation: the fewest digits that tell it from its neighbours.
 *
 * `x` — a number or an array of one floating element.
 *
 * @throws {DTypeError} for an array that is not floating, {ValueError} for an array of several elements.
 * @example
 * import { formatFloatPositional } from '@chainer/xp';
 * formatFloatPositional(1e-7); // '0.0000001'
 * formatFloatPositional(1234.5678, { precision: 2 }); // '1234.57'
 * formatFloatPositional(Math.fround(0.1), { dtype: 'float32' }); // '0.1'
 */
export function formatFloatPositional(x: number | NdArray, options: FormatPositionalOptions = {}): string {
  checkOptions('formatFloatPositional', options, [
    'fractional',
    'padRight',
    'precision',
    'unique',
    'trim',
    'dtype',
    'sign',
    'padLeft',
    'minDigits',
  ]);
  const who = 'formatFloatPositional';
  return positional(oneFloat(x, who), floating(options.dtype, who), options);
}

/**
 * A number in scientific notation: the fewest digits that tell it from its neighbours.
 *
 * @throws {DTypeError} for an array that is not floating, {ValueError} for an array of several elements.
 * @example
 * import { formatFloatScientific } from '@chainer/xp';
 * formatFloatScientific(1234.5678); // '1.2345678e+03'
 */
export function formatFloatScientific(x: number | NdArray, options: FormatScientificOptions = {}): string {
  checkOptions('formatFloatScientific', options, [
    'expDigits',
    'precision',
    'unique',
    'trim',
    'dtype',
    'sign',
    'padLeft',
    'minDigits',
  ]);
  const who = 'formatFloatScientific';
  return scientific(oneFloat(x, who), floating(options.dtype, who), options);
}

function oneFloat(x: number | NdArray, who: string): number {
  if (!(x instanceof NdArray)) return x;
  if (x.size !== 1) throw new ValueError(`[${who}] x must hold one element, got shape ${shapeText(x.shape)}`);
  if (x.dtype.kind === 'c')
    throw new DTypeError(`[${who}] x must be real, got ${x.dtype.name}; format x.real and x.imag`);
  return Number(readScalars(x, who)[0] as number);
}

function floating(like: DTypeLike | null | undefined, who: string): DType {
  const d = dtype(like ?? float64);
  if (d.kind !== 'f') throw new DTypeError(`[${who}] dtype must be floating, got ${d.name}`);
  return d;
}

function signOf(value: number, plus: boolean): string {
  return value < 0 || Object.is(value, -0) ? '-' : plus ? '+' : '';
}

/** The text of a number that has no digits, or null. */
function special(value: number, sign: string): string | null {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? null : `${sign}inf`;
}

const zero: Digits = { digits: '0', exponent: 0 };

/** Digits after the point, padded to `wanted` and trimmed by the rule; with the point. */
function fraction(digits: string, wanted: number, trim: Trim): string {
  if (trim === 'k') return `.${digits.padEnd(wanted, '0')}`;
  const bare = digits.replace(/0+$/, '');
  if (trim === '0') return `.${bare || '0'}`;
  return trim === '-' && bare === '' ? '' : `.${bare}`;
}

/** Positional notation of a number of that dtype. */
export function positional(value: number, d: DType, options: FormatPositionalOptions = {}): string {
  const { precision = null, unique = true, fractional = true, trim = 'k', minDigits = null } = options;
  const sign = signOf(value, options.sign ?? false);
  const left = options.padLeft ?? 0;
  const other = special(value, sign);
  if (other !== null) return other;
  const count = fractional ? 'fraction' : 'total';
  const { digits, exponent } =
    value === 0 ? zero : digitsOf(Math.abs(value), d, { unique, most: precision, least: minDigits, count });
  const whole = exponent < 0 ? '0' : digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const after = exponent < 0 ? '0'.repeat(-exponent - 1) + digits : digits.slice(exponent + 1);
  const places = (unique ? minDigits : precision) ?? 0;
  const tail = fraction(after, fractional ? places : places - whole.length, trim);
  const right = options.padRight ?? null;
  return (sign + whole).padStart(left) + (right === null ? tail : tail.padEnd(right + 1));
}

/** Scientific notation of a number of that dtype. */
export function scientific(value: number, d: DType, options: FormatScientificOptions = {}): string {
  const { precision = null, unique = true, trim = 'k', minDigits = null } = options;
  const sign = signOf(value, options.sign ?? false);
  const other = special(value, sign);
  if (other !== null) return other;
  const total = (n: number | null) => (n === null ? null : n + 1);
  const { digits, exponent } =
    value === 0
      ? zero
      : digitsOf(Math.abs(value), d, {
          unique,
          most: total(precision),
          least: total(minDigits),
          count: 'total',
        });
  const tail = fraction(digits.slice(1), (unique ? minDigits : precision) ?? 0, trim);
  const power = String(Math.abs(exponent)).padStart(options.expDigits ?? 2, '0');
  return `${(sign + digits[0]).padStart(options.padLeft ?? 0)}${tail}e${exponent < 0 ? '-' : '+'}${power}`;
}
