import { bfloat16, type DType, float16, float32 } from '../core/dtype.ts';
import { frexpExponent } from '../scalar/number-ops.ts';

/** Decimal digits of a positive number: `d.ddd… × 10^exponent`. */
export interface Digits {
  readonly digits: string;
  /** Power of ten of the first digit. */
  readonly exponent: number;
}

/** Which digits are wanted. */
export interface DigitRules {
  /** Stop as soon as no other number of the dtype is nearer; otherwise give the exact value. */
  readonly unique: boolean;
  /** Last place that may be printed and first place where printing may stop, or null. */
  readonly most: number | null;
  readonly least: number | null;
  /** Whether `most` and `least` count digits after the point, or all digits. */
  readonly count: 'fraction' | 'total';
}

/** Bits of the significand, and the exponent of the smallest subnormal. */
function formatOf(d: DType): { readonly bits: number; readonly lowest: number } {
  if (d === float16) return { bits: 11, lowest: -24 };
  if (d === bfloat16) return { bits: 8, lowest: -133 };
  if (d === float32 || d.name === 'complex64') return { bits: 24, lowest: -149 };
  return { bits: 53, lowest: -1074 };
}

/** Digits before the exact value ends: a double has no more than 1,075 of them after the point and 309 before it. */
const endless = 1400;

/**
 * Decimal digits of a positive finite number of that dtype by Steele & White's algorithm in exact integers ("How to print
 * floating-point numbers accurately", 1990), rounding half to even.
 */
export function digitsOf(value: number, d: DType, rules: DigitRules): Digits {
  const { bits, lowest } = formatOf(d);
  const e = Math.max(frexpExponent(value) - bits, lowest);
  const m = BigInt(value / 2 ** e);
  const even = m % 2n === 0n;
  // The neighbour below a power of two is only half as far away as the one above.
  const uneven = m === 1n << BigInt(bits - 1) && e > lowest;
  const shift = uneven ? 2n : 1n;
  let rest = m << (shift + BigInt(Math.max(e, 0)));
  let one = 1n << (shift + BigInt(Math.max(-e, 0)));
  let low = 1n << BigInt(Math.max(e, 0));
  let high = uneven ? low * 2n : low;

  let exponent = Math.ceil((Math.log2(Number(m)) + e) * Math.LOG10E * Math.LN2 - 0.69);
  if (exponent > 0) one *= 10n ** BigInt(exponent);
  else {
    const up = 10n ** BigInt(-exponent);
    rest *= up;
    low *= up;
    high *= up;
  }
  const top = rules.unique ? rest + high : rest;
  if (top > one || (top === one && (even || !rules.unique))) {
    exponent++;
    one *= 10n;
  }
  // Now rest / one is the fraction 0.ddd, and `exponent` the place before its first digit.
  const placeOf = (n: number) => (rules.count === 'total' ? exponent - n : 0 - n);
  const last = Math.max(
    rules.most === null ? Number.NEGATIVE_INFINITY : placeOf(rules.most),
    exponent - endless,
  );
  const first = rules.least === null ? exponent : Math.min(exponent, placeOf(rules.least));
  if (last >= exponent) return roundedAway(rest, one, last, exponent);

  let place = exponent - 1;
  let text = '';
  let digit = 0;
  let down = false;
  let up = false;
  for (;;) {
    rest *= 10n;
    low *= 10n;
    high *= 10n;
    digit = Number(rest / one);
    rest %= one;
    if (rules.unique) {
      down = rest < low || (even && rest === low);
      up = rest + high > one || (even && rest + high === one);
      if (((down || up) && place <= first) || place === last) break;
    } else if (rest === 0n || place === last) break;
    text += digit;
    place--;
  }
  if (down === up) down = rest * 2n < one || (rest * 2n === one && digit % 2 === 0);
  if (down) return { digits: text + digit, exponent: exponent - 1 };
  return carried(text, digit, exponent - 1);
}

/** The first digit lies below the last place wanted: what remains is one unit of that place, or nothing. */
function roundedAway(rest: bigint, one: bigint, last: number, exponent: number): Digits {
  const up = last === exponent && rest * 2n > one;
  return { digits: up ? '1' : '0', exponent: last };
}

/** Adds one to the last digit. */
function carried(text: string, digit: number, exponent: number): Digits {
  if (digit < 9) return { digits: text + (digit + 1), exponent };
  const kept = text.replace(/9+$/, '');
  if (kept === '') return { digits: '1', exponent: exponent + 1 };
  return { digits: kept.slice(0, -1) + (Number(kept.at(-1)) + 1), exponent };
}
