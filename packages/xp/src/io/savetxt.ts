import { checkOptions } from '../core/check-options.ts';
import type { Complex } from '../core/complex.ts';
import { float64 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { ValueError } from '../errors.ts';
import { positional, scientific } from '../text/format-float.ts';
import { readScalars } from '../text/host-view.ts';
import { writeFileAtomic } from './files.ts';

/** Options of `savetxt`. */
export interface SavetxtOptions {
  /** C's format of an element (`%.18e` where left out), one for each column, or one for a whole row. */
  readonly fmt?: string | readonly string[];
  readonly delimiter?: string;
  readonly newline?: string;
  /** Lines before and after the table, each after `comments` (`# ` where left out). */
  readonly header?: string;
  readonly footer?: string;
  readonly comments?: string;
}

/**
 * Saves an array of one or two axes as a text file. Under Node; elsewhere `toText(X, options)` gives the text.
 *
 * @throws {ValueError} for an array of more axes, or a format that does not fit.
 */
export function savetxt(fname: string, X: NdArray, options: SavetxtOptions = {}): void {
  checkOptions('savetxt', options, ['fmt', 'delimiter', 'newline', 'header', 'footer', 'comments']);
  writeFileAtomic(fname, toText(X, options), 'savetxt');
}

/**
 * The text that `savetxt` writes.
 *
 * @example
 * import { array, toText } from '@chainer/xp';
 * toText(array([[1, 2.5], [3, 4]]), { fmt: '%.1f', delimiter: ',' }); // '1.0,2.5\n3.0,4.0\n'
 */
export function toText(X: NdArray, options: SavetxtOptions = {}): string {
  checkOptions('toText', options, ['fmt', 'delimiter', 'newline', 'header', 'footer', 'comments']);
  const {
    fmt = '%.18e',
    delimiter = ' ',
    newline = '\n',
    header = '',
    footer = '',
    comments = '# ',
  } = options;
  if (X.ndim > 2) throw new ValueError(`[savetxt] X must have one or two axes, got ${X.ndim}`);
  const columns = X.ndim === 2 ? (X.shape[1] as number) : 1;
  const format = rowFormat(fmt, columns, delimiter, X.dtype.kind === 'c');
  const values = readScalars(X, 'savetxt');
  const note = (text: string) =>
    text === '' ? '' : `${comments}${text.replaceAll('\n', `\n${comments}`)}${newline}`;
  let out = note(header);
  for (let i = 0; i < values.length; i += columns) out += format(values.slice(i, i + columns)) + newline;
  return out + note(footer);
}

const directive = /%([-+ 0#]*)(\d+)?(?:\.(\d+))?([diufFeEgGs%])/g;

function rowFormat(
  fmt: string | readonly string[],
  columns: number,
  delimiter: string,
  complex: boolean,
): (row: readonly Scalar[]) => string {
  const count = (f: string) => [...f.matchAll(directive)].filter((m) => m[4] !== '%').length;
  let formats: readonly string[];
  if (typeof fmt !== 'string') formats = fmt;
  else if (count(fmt) === 1) formats = new Array<string>(columns).fill(complex ? `(${fmt}+${fmt}j)` : fmt);
  else formats = [fmt];
  const whole = formats.join(delimiter);
  const wanted = complex ? 2 * columns : columns;
  if (count(whole) !== wanted) {
    throw new ValueError(
      `[savetxt] fmt must have one format or ${wanted}, one for each column, got ${JSON.stringify(fmt)}`,
    );
  }
  return (row) => {
    const parts = complex ? row.flatMap((z) => [(z as Complex).re, (z as Complex).im]) : row;
    let next = 0;
    const text = whole.replace(
      directive,
      (_, flags: string, width: string | undefined, digits: string | undefined, type: string) =>
        type === '%'
          ? '%'
          : one(parts[next++] as number | bigint | boolean, flags, Number(width ?? 0), digits, type),
    );
    return complex ? text.replaceAll('+-', '-') : text;
  };
}

/** One value by one directive of C's printf. */
function one(
  x: number | bigint | boolean,
  flags: string,
  width: number,
  digits: string | undefined,
  type: string,
): string {
  const body =
    type === 's'
      ? String(x)
      : numeric(x, digits === undefined ? null : Number(digits), type, flags.includes('#'));
  const sign =
    body.startsWith('-') || type === 's' ? '' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const text = sign + body;
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || !/\d/.test(body)) return text.padStart(width);
  const bare = text.replace(/^[-+ ]/, '');
  return text.slice(0, text.length - bare.length) + bare.padStart(width - (text.length - bare.length), '0');
}

function numeric(x: number | bigint | boolean, digits: number | null, type: string, point: boolean): string {
  if ('diu'.includes(type)) return String(typeof x === 'bigint' ? x : Math.trunc(Number(x)));
  const v = Number(x);
  if (!Number.isFinite(v)) return Number.isNaN(v) ? 'nan' : v < 0 ? '-inf' : 'inf';
  const bare = (text: string) => (point ? text : text.replace(/\.(?=e|$)/, ''));
  const lower = type.toLowerCase();
  const precision = digits ?? 6;
  let text: string;
  if (lower === 'f') text = bare(positional(v, float64, { precision, unique: false, trim: 'k' }));
  else if (lower === 'e') text = bare(scientific(v, float64, { precision, unique: false, trim: 'k' }));
  else text = general(v, Math.max(1, precision), point);
  return lower === type ? text : text.toUpperCase();
}

/** `%g`: as many digits as asked for, in the notation that is shorter, without trailing zeros. */
function general(v: number, digits: number, point: boolean): string {
  const e = scientific(v, float64, { precision: digits - 1, unique: false });
  const exponent = Number(e.slice(e.indexOf('e') + 1));
  if (exponent >= -4 && exponent < digits) {
    return positional(v, float64, {
      precision: digits - 1 - exponent,
      unique: false,
      trim: point ? 'k' : '-',
    });
  }
  return point ? e : scientific(v, float64, { precision: digits - 1, unique: false, trim: '-' });
}
