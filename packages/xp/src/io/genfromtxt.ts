import { checkOptions } from '../core/check-options.ts';
import type { DType } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { ValueError } from '../errors.ts';
import { commentsOf, type TableOptions, table, tableDtype } from './loadtxt.ts';
import { parseScalar } from './text-number.ts';
import { columnsOf, fieldsOf, linesOf, selected, type TextSource } from './text-source.ts';

/** Options of `genfromtxt`. */
export interface GenfromtxtOptions extends TableOptions {
  /** Leave out the first lines, comments included. */
  readonly skipHeader?: number;
  /** Leave out the last lines. */
  readonly skipFooter?: number;
  /** Texts of fields that stand for a missing value, besides the empty one. */
  readonly missingValues?: string | readonly string[] | null;
  /** What missing and unreadable fields become; NaN, -1 for integers and false for booleans where left out. */
  readonly fillingValues?: Scalar | null;
  /** Whether a row of another length is an error (as where left out) or left out. */
  readonly invalidRaise?: boolean;
}

/**
 * Reads a table of numbers with gaps: a field that is empty or no number becomes NaN (`fillingValues`).
 *
 * @throws {ValueError} for rows of another length than the first.
 * @example
 * import { genfromtxt } from '@chainer/xp';
 * genfromtxt(['1,2', '3,'], { delimiter: ',' }).toArraySync(); // [[1, 2], [3, NaN]]
 */
export function genfromtxt(fname: TextSource, options: GenfromtxtOptions = {}): NdArray {
  checkOptions('genfromtxt', options, [
    'skipHeader',
    'skipFooter',
    'missingValues',
    'fillingValues',
    'invalidRaise',
    'dtype',
    'device',
    'comments',
    'delimiter',
    'usecols',
    'unpack',
    'ndmin',
    'maxRows',
  ]);
  const who = 'genfromtxt';
  const d = tableDtype(options);
  const usecols = columnsOf(options.usecols);
  const rules = { comments: commentsOf(options.comments), delimiter: options.delimiter ?? null, usecols };
  const given = options.missingValues ?? [];
  const missing = new Set(typeof given === 'string' ? given.split(',') : given);
  const fill = options.fillingValues ?? fillOf(d);
  const lines = linesOf(fname, who);
  const most = options.maxRows ?? Number.POSITIVE_INFINITY;
  const rows: Scalar[][] = [];
  let width: number | null = null;
  for (const line of lines.slice(options.skipHeader ?? 0, lines.length - (options.skipFooter ?? 0))) {
    if (rows.length >= most) break;
    const fields = fieldsOf(line, rules);
    if (fields === null) continue;
    width ??= fields.length;
    if (fields.length !== width) {
      if (options.invalidRaise === false) continue;
      throw new ValueError(
        `[${who}] row ${rows.length} has ${fields.length} columns where the first has ${width}; {invalidRaise: false} leaves it out`,
      );
    }
    const chosen = selected(fields, usecols, rows.length, who);
    rows.push(chosen.map((f) => (missing.has(f) ? fill : (parseScalar(f, d) ?? fill))));
  }
  return table(rows, d, options, who);
}

function fillOf(d: DType): Scalar {
  return d.kind === 'b' ? false : d.kind === 'f' || d.kind === 'c' ? Number.NaN : d.kind === 'u' ? 0 : -1;
}
