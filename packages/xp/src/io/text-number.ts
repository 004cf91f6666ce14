import { Complex } from '../core/complex.ts';
import { type DType, isBig } from '../core/dtype.ts';
import type { Scalar } from '../core/promotion.ts';

const float = /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf(inity)?|nan)$/i;
const special: Readonly<Record<string, number>> = { inf: Infinity, infinity: Infinity, nan: Number.NaN };

/** A number as Python's `float` reads it, or null. */
function parseFloatText(text: string): number | null {
  if (!float.test(text)) return null;
  const word = special[text.replace(/^[+-]/, '').toLowerCase()];
  return word === undefined ? Number(text) : text.startsWith('-') ? -word : word;
}

/** `1+2j`, `(1+2j)`, `2j` or a real number, or null. */
function parseComplex(text: string): Complex | null {
  const bare = text.replace(/^\((.*)\)$/, '$1').trim();
  const real = parseFloatText(bare);
  if (real !== null) return new Complex(real);
  const parts = /^(.*?)([+-]?[^+-]*(?:[eE][+-]?\d+)?)[jJ]$/.exec(bare);
  if (!parts) return null;
  const [re, im] = [
    parts[1] === '' ? 0 : parseFloatText(parts[1] as string),
    parseFloatText(parts[2] as string),
  ];
  return re === null || im === null ? null : new Complex(re, im);
}

/** A field of a text as a scalar of that dtype, or null where it is none. */
export function parseScalar(field: string, d: DType): Scalar | null {
  const text = field.trim();
  if (d.kind === 'f') return parseFloatText(text);
  if (d.kind === 'c') return parseComplex(text);
  if (d.kind === 'b') return /^[+-]?\d+$/.test(text) ? Number(text) !== 0 : null;
  if (!/^[+-]?\d+$/.test(text)) return null;
  if (isBig(d)) return BigInt(text.replace(/^\+/, ''));
  const value = Number(text);
  const low = d.kind === 'u' ? 0 : -(2 ** (8 * d.itemsize - 1));
  const high = 2 ** (8 * d.itemsize - (d.kind === 'u' ? 0 : 1)) - 1;
  return value >= low && value <= high ? value : null;
}
