import { checkOptions } from '../core/check-options.ts';
import { defaultDtype } from '../core/config.ts';
import type { Device } from '../core/device.ts';
import { type DType, type DTypeLike, dtype } from '../core/dtype.ts';
import { sameShape } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { encode } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { toDevice } from './host-array.ts';
import { parseScalar } from './text-number.ts';
import { columnsOf, fieldsOf, linesOf, selected, type TextSource } from './text-source.ts';

/** Options that both readers of tables take. */
export interface TableOptions {
  /** Type of the elements; the default float where left out. */
  readonly dtype?: DTypeLike | null;
  readonly device?: Device | string | null;
  /** What begins a comment; `#` where left out. */
  readonly comments?: string | readonly string[] | null;
  /** Between fields; runs of white space where left out. */
  readonly delimiter?: string | null;
  /** Which columns to read; negative ones count from the end. */
  readonly usecols?: number | readonly number[] | null;
  /** Transpose the result, so that its rows are the columns. */
  readonly unpack?: boolean;
  /** Fewest axes of the result (0, 1 or 2): axes of extent 1 are dropped down to it. */
  readonly ndmin?: number;
  /** Read no more rows than that; comments and empty lines are not counted. */
  readonly maxRows?: number | null;
}

/** Options of `loadtxt`. */
export interface LoadtxtOptions extends TableOptions {
  /** Leave out the first lines, comments included. */
  readonly skiprows?: number;
  /** From the text of a field to its value, for all columns or by column. */
  readonly converters?:
    | ((field: string) => Scalar)
    | Readonly<Record<number, (field: string) => Scalar>>
    | null;
}

/** The dtype of a table. */
export function tableDtype(options: TableOptions): DType {
  return options.dtype ? dtype(options.dtype) : defaultDtype();
}

/** What begins a comment, as a list. */
export function commentsOf(comments: TableOptions['comments']): readonly string[] {
  if (comments === undefined) return ['#'];
  return comments === null ? [] : typeof comments === 'string' ? [comments] : comments;
}

/**
 * Reads a table of numbers from a text file, bytes, or a list of lines. Every row has the same number of columns.
 *
 * @throws {ValueError} for a field that is no number of the dtype, or a row of another length; both say where.
 * @example
 * import { loadtxt } from '@chainer/xp';
 * loadtxt(['# x y', '1 2', '3 4']).toArraySync(); // [[1, 2], [3, 4]]
 */
export function loadtxt(fname: TextSource, options: LoadtxtOptions = {}): NdArray {
  checkOptions('loadtxt', options, [
    'skiprows',
    'converters',
    'dtype',
    'device',
    'comments',
    'delimiter',
    'usecols',
    'unpack',
    'ndmin',
    'maxRows',
  ]);
  const who = 'loadtxt';
  const d = tableDtype(options);
  const usecols = columnsOf(options.usecols);
  const rules = { comments: commentsOf(options.comments), delimiter: options.delimiter ?? null, usecols };
  const most = options.maxRows ?? Number.POSITIVE_INFINITY;
  const convert = converterOf(options.converters);
  const rows: Scalar[][] = [];
  let width: number | null = null;
  for (const line of linesOf(fname, who).slice(options.skiprows ?? 0)) {
    if (rows.length >= most) break;
    const fields = fieldsOf(line, rules);
    if (fields === null) continue;
    width ??= fields.length;
    if (fields.length !== width && usecols === null) {
      throw new ValueError(
        `[${who}] row ${rows.length} has ${fields.length} columns where the rows before have ${width}`,
      );
    }
    const numbers = usecols?.map((c) => (c < 0 ? c + fields.length : c));
    const row = selected(fields, usecols, rows.length, who).map((field, k) => {
      const column = numbers?.[k] ?? k;
      const value = convert(column)?.(field) ?? parseScalar(field, d);
      if (value === null) {
        throw new ValueError(`[${who}] '${field}' at row ${rows.length}, column ${column} is no ${d.name}`);
      }
      return value;
    });
    rows.push(row);
  }
  return table(rows, d, options, who);
}

type Convert = (field: string) => Scalar;

function converterOf(converters: LoadtxtOptions['converters']): (column: number) => Convert | undefined {
  if (typeof converters === 'function') return () => converters as Convert;
  const byColumn = (converters ?? {}) as Readonly<Record<number, Convert>>;
  return (column) => byColumn[column];
}

/** Rows as an array: squeezed down to `ndmin` axes, and transposed with `unpack`. */
export function table(
  rows: readonly (readonly Scalar[])[],
  d: DType,
  options: TableOptions,
  who: string,
): NdArray {
  const ndmin = options.ndmin ?? 0;
  if (![0, 1, 2].includes(ndmin))
    throw new ValueError(`[${who}] ndmin must be 0, 1 or 2, got ${String(ndmin)}`);
  const full = [rows.length, rows[0]?.length ?? 1];
  let shape = full;
  if (rows.length === 0) shape = ndmin === 2 ? [0, 1] : [0];
  else {
    const squeezed = full.filter((n) => n !== 1);
    if (ndmin < 2) shape = squeezed.length === 0 && ndmin === 1 ? [1] : squeezed;
  }
  const made = toDevice({ dtype: d, shape, data: encode(rows.flat(), d) }, options.device ?? null);
  if (!options.unpack || sameShape(shape, []) || shape.length < 2) return made;
  return new NdArray(made.storage, d, made.shape.toReversed(), made.steps.toReversed(), made.offset);
}
