import { checkOptions } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import { type ElementText, elementText } from './element-text.ts';
import { type HostView, hostView } from './host-view.ts';
import { checked, type PrintOptions, printOptions } from './print-options.ts';

/** Options that every function which prints an array takes; those left out come from `setPrintoptions`. */
export interface ArrayTextOptions {
  /** Characters of a line. */
  readonly maxLineWidth?: number | null;
  readonly precision?: number | null;
  readonly suppressSmall?: boolean | null;
}

/** Options of `array2string`. */
export interface Array2stringOptions extends ArrayTextOptions {
  /** Between elements. */
  readonly separator?: string;
  /** Text that will stand before and after: lines are indented and shortened by its length. It is not part of the result. */
  readonly prefix?: string;
  readonly suffix?: string;
  readonly threshold?: number | null;
  readonly edgeitems?: number | null;
  readonly sign?: PrintOptions['sign'] | null;
  readonly floatmode?: PrintOptions['floatmode'] | null;
  readonly formatter?: PrintOptions['formatter'];
}

/**
 * The elements of an array as NumPy prints them.
 *
 * @throws {NeedsHostSyncError} on an asynchronous device, {ValueError} for an option's value that cannot be.
 * @example
 * import { array, array2string } from '@chainer/xp';
 * array2string(array([0, 1 / 3]), { separator: ', ', precision: 2 }); // '[0.  , 0.33]'
 */
export function array2string(a: NdArray, options: Array2stringOptions = {}): string {
  checkOptions('array2string', options, [
    'separator',
    'prefix',
    'suffix',
    'threshold',
    'edgeitems',
    'sign',
    'floatmode',
    'formatter',
    'maxLineWidth',
    'precision',
    'suppressSmall',
  ]);
  return bracketed(a, options, 'array2string');
}

function merged(o: Array2stringOptions, who: string): PrintOptions {
  const now = printOptions();
  return checked(
    {
      ...now,
      linewidth: o.maxLineWidth ?? now.linewidth,
      precision: o.precision ?? now.precision,
      suppress: o.suppressSmall ?? now.suppress,
      threshold: o.threshold ?? now.threshold,
      edgeitems: o.edgeitems ?? now.edgeitems,
      sign: o.sign ?? now.sign,
      floatmode: o.floatmode ?? now.floatmode,
      formatter: o.formatter ?? now.formatter,
    },
    who,
  );
}

/** The body of `array2string`, for whoever prints an array. */
export function bracketed(a: NdArray, given: Array2stringOptions, who: string): string {
  const options = merged(given, who);
  if (a.size === 0) return '[]';
  const short = a.size > options.threshold;
  const view = hostView(a, short ? options.edgeitems : null, who);
  const layout: Layout = {
    view,
    text: elementText(view, options),
    separator: given.separator ?? ' ',
    edgeitems: short ? options.edgeitems : Number.POSITIVE_INFINITY,
  };
  const width = options.linewidth - (given.suffix ?? '').length;
  return rows(layout, 0, 0, ' '.repeat((given.prefix ?? '').length + 1), width);
}

interface Layout {
  readonly view: HostView;
  readonly text: ElementText;
  readonly separator: string;
  readonly edgeitems: number;
}

/** Positions along an axis as they were read, with null for the gap of a summary. */
function positions(layout: Layout, axis: number): (number | null)[] {
  const n = layout.view.read[axis] as number;
  const all: (number | null)[] = Array.from({ length: n }, (_, i) => i);
  if ((layout.view.shape[axis] as number) > 2 * layout.edgeitems) all.splice(layout.edgeitems, 0, null);
  return all;
}

/** Everything from `axis` on, in brackets. Lines after the first begin with `indent`; they have `width` characters. */
function rows(layout: Layout, axis: number, at: number, indent: string, width: number): string {
  const { view, text, separator } = layout;
  const depth = view.shape.length - axis;
  if (depth === 0) return text(view.values[at] as never);
  const inner = (i: number | null): string =>
    i === null
      ? '...'
      : rows(layout, axis + 1, at * (view.read[axis] as number) + i, `${indent} `, width - 1);
  const places = positions(layout, axis);
  if (depth > 1)
    return `[${places.map(inner).join(`${separator.trimEnd()}${'\n'.repeat(depth - 1)}${indent}`)}]`;

  const room = width - Math.max(separator.trimEnd().length, 1);
  let done = '';
  let line = indent;
  places.forEach((i, k) => {
    const word = inner(i);
    // A word that does not fit goes to the next line, unless it is the line's first.
    if (line.length + word.length > room && line.length > indent.length) {
      done += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += word + (k < places.length - 1 ? separator : '');
  });
  return `[${(done + line).slice(indent.length)}]`;
}
