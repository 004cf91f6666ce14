import type { Complex } from '../core/complex.ts';
import type { DType } from '../core/dtype.ts';
import type { Scalar } from '../core/promotion.ts';
import { FloatColumn } from './float-column.ts';
import type { HostView } from './host-view.ts';
import type { PrintOptions } from './print-options.ts';

/** The text of one element in its column. */
export type ElementText = (x: Scalar) => string;

/** How the elements of an array are printed, decided from those that will be. */
export function elementText(view: HostView, options: PrintOptions): ElementText {
  const { dtype, values } = view;
  const custom = customText(dtype, options);
  if (custom !== null) return custom;
  switch (dtype.kind) {
    case 'b':
      return (x) => (x ? (view.shape.length === 0 ? 'True' : ' True') : 'False');
    case 'i':
    case 'u':
      return integerText(values as readonly (number | bigint)[], options);
    case 'f': {
      const column = new FloatColumn(values as readonly number[], dtype, options);
      return (x) => column.format(x as number);
    }
    case 'c':
      return complexText(values as readonly Complex[], dtype, options);
  }
}

function customText(d: DType, { formatter }: PrintOptions): ElementText | null {
  if (formatter === null) return null;
  const own = {
    b: formatter.bool,
    i: formatter.int,
    u: formatter.int,
    f: formatter.float,
    c: formatter.complex,
  }[d.kind];
  return (own ?? formatter.all ?? null) as ElementText | null;
}

function integerText(values: readonly (number | bigint)[], { sign }: PrintOptions): ElementText {
  const text = (x: number | bigint) => (sign === '+' && x >= 0 ? `+${x}` : String(x));
  let width = 0;
  for (const x of values) width = Math.max(width, text(x).length);
  if (sign === ' ' && !values.some((x) => x < 0)) width++;
  return (x) => text(x as number | bigint).padStart(width);
}

function complexText(values: readonly Complex[], dtype: DType, options: PrintOptions): ElementText {
  const real = new FloatColumn(
    values.map((z) => z.re),
    dtype,
    options,
  );
  const imaginary = new FloatColumn(
    values.map((z) => z.im),
    dtype,
    { ...options, sign: '+' },
  );
  return (x) => {
    const z = x as Complex;
    const im = imaginary.format(z.im);
    const bare = im.trimEnd();
    return `${real.format(z.re)}${bare}j${im.slice(bare.length)}`;
  };
}
