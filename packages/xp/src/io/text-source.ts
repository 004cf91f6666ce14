import { ValueError } from '../errors.ts';
import { readFileBytes } from './files.ts';

/** Where a table's text comes from: a file's path (under Node), its bytes, or its lines. */
export type TextSource = string | Uint8Array | readonly string[];

/** The lines of a text. */
export function linesOf(source: TextSource, who: string): string[] {
  if (Array.isArray(source))
    return source.flatMap((line: string) => line.replace(/\r?\n$/, '').split(/\r?\n/));
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) {
    throw new ValueError(`[${who}] the text must be a path, bytes or a list of lines, got ${String(source)}`);
  }
  const bytes = typeof source === 'string' ? readFileBytes(source, who) : source;
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** How lines are cut into fields. */
export interface FieldRules {
  /** Texts after which a line is a comment. */
  readonly comments: readonly string[];
  /** Between fields; runs of white space where null. */
  readonly delimiter: string | null;
  /** Numbers of the columns that count, from either end; all where null. */
  readonly usecols: readonly number[] | null;
}

/** A line's fields, or null for a line without any. */
export function fieldsOf(line: string, rules: FieldRules): string[] | null {
  let text = line;
  for (const mark of rules.comments) {
    const at = mark === '' ? -1 : text.indexOf(mark);
    if (at >= 0) text = text.slice(0, at);
  }
  if (text.trim() === '') return null;
  return rules.delimiter === null
    ? text.trim().split(/\s+/)
    : text.split(rules.delimiter).map((f) => f.trim());
}

/** The fields that count. @throws {ValueError} for a column that a row lacks. */
export function selected(
  fields: readonly string[],
  usecols: readonly number[] | null,
  row: number,
  who: string,
): string[] {
  if (usecols === null) return [...fields];
  return usecols.map((c) => {
    const field = fields.at(c);
    if (field === undefined)
      throw new ValueError(`[${who}] row ${row} has ${fields.length} columns, but column ${c} was asked for`);
    return field;
  });
}

/** One column number or several as a list. */
export function columnsOf(usecols: number | readonly number[] | null | undefined): readonly number[] | null {
  return usecols === null || usecols === undefined ? null : typeof usecols === 'number' ? [usecols] : usecols;
}
