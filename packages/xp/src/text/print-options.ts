import { checkOptions } from '../core/check-options.ts';
import type { Complex } from '../core/complex.ts';
import { ValueError } from '../errors.ts';

/**
 * How many digits floats get: `fixed` always `precision`, `unique` as many as needed, `maxprec` as many as needed but at
 * most `precision`, `maxprec_equal` the same for all elements.
 */
export type FloatMode = 'fixed' | 'unique' | 'maxprec' | 'maxprec_equal';

/** Custom texts of elements, by kind. `all` serves every kind that has none of its own. */
export interface Formatter {
  readonly bool?: (x: boolean) => string;
  readonly int?: (x: number | bigint) => string;
  readonly float?: (x: number) => string;
  readonly complex?: (x: Complex) => string;
  readonly all?: (x: number | bigint | boolean | Complex) => string;
}

/** How arrays are printed. */
export interface PrintOptions {
  /** Digits after the point. */
  readonly precision: number;
  /** Arrays of more elements are summarised. */
  readonly threshold: number;
  /** Elements at each end of an axis in a summary. */
  readonly edgeitems: number;
  /** Characters of a line. */
  readonly linewidth: number;
  /** Never use scientific notation only because some elements are small. */
  readonly suppress: boolean;
  readonly nanstr: string;
  readonly infstr: string;
  /** `-` leaves positive numbers bare, `+` signs them, a space leaves room. */
  readonly sign: '-' | '+' | ' ';
  readonly floatmode: FloatMode;
  readonly formatter: Formatter | null;
}

let current: PrintOptions = {
  precision: 8,
  threshold: 1000,
  edgeitems: 3,
  linewidth: 75,
  suppress: false,
  nanstr: 'nan',
  infstr: 'inf',
  sign: '-',
  floatmode: 'maxprec',
  formatter: null,
};

/** The options in force, not copied. */
export function printOptions(): PrintOptions {
  return current;
}

/** A copy of the options that say how arrays are printed. */
export function getPrintoptions(): PrintOptions {
  return { ...current };
}

/**
 * Changes how arrays are printed from now on.
 *
 * @throws {ValueError} for a value that an option cannot take.
 * @example
 * import { array, arrayStr, setPrintoptions } from '@chainer/xp';
 * setPrintoptions({ precision: 3 });
 * arrayStr(array([1 / 3])); // '[0.333]'
 * setPrintoptions({ precision: 8 });
 */
export function setPrintoptions(options: Partial<PrintOptions>): void {
  checkOptions('setPrintoptions', options, [
    'precision',
    'threshold',
    'edgeitems',
    'linewidth',
    'suppress',
    'nanstr',
    'infstr',
    'sign',
    'floatmode',
    'formatter',
  ]);
  current = checked({ ...current, ...given(options) }, 'setPrintoptions');
}

/**
 * Runs `body` with other options for printing arrays.
 *
 * @example
 * import { array, arrayStr, printoptions } from '@chainer/xp';
 * printoptions({ precision: 2 }, () => arrayStr(array([Math.PI]))); // '[3.14]'
 */
export function printoptions<T>(options: Partial<PrintOptions>, body: () => T): T {
  checkOptions('printoptions', options, [
    'precision',
    'threshold',
    'edgeitems',
    'linewidth',
    'suppress',
    'nanstr',
    'infstr',
    'sign',
    'floatmode',
    'formatter',
  ]);
  const before = current;
  current = checked({ ...current, ...given(options) }, 'printoptions');
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Options without those that are undefined. */
function given(options: Partial<PrintOptions>): Partial<PrintOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** The options themselves. @throws {ValueError} for a value that an option cannot take. */
export function checked(options: PrintOptions, who: string): PrintOptions {
  const { precision, threshold, edgeitems, linewidth, sign, floatmode } = options;
  const counts = { precision, edgeitems, linewidth };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 0) {
      throw new ValueError(`[${who}] ${name} must be a non-negative integer, got ${String(value)}`);
    }
  }
  if (typeof threshold !== 'number' || Number.isNaN(threshold)) {
    throw new ValueError(
      `[${who}] threshold must be a number (Infinity: never summarise), got ${String(threshold)}`,
    );
  }
  if (!['-', '+', ' '].includes(sign))
    throw new ValueError(`[${who}] sign must be '-', '+' or ' ', got ${String(sign)}`);
  if (!['fixed', 'unique', 'maxprec', 'maxprec_equal'].includes(floatmode)) {
    throw new ValueError(
      `[${who}] floatmode must be fixed, unique, maxprec or maxprec_equal, got ${String(floatmode)}`,
    );
  }
  return options;
}
