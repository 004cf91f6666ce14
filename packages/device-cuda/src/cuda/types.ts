import { Complex, computeType, type DType, DTypeError, type Scalar, scalarAs } from '@chainer/xp/internal';

/**
 * How elements stand in memory and how values are held, in CUDA C. A value has the type that it is computed in: the half types are
 * read as float and rounded when they are stored, everything else is held as it stands.
 */
const names: Readonly<Record<DType['name'], string>> = {
  bool: 'bool',
  int8: 'signed char',
  int16: 'short',
  int32: 'int',
  int64: 'long long',
  uint8: 'unsigned char',
  uint16: 'unsigned short',
  uint32: 'unsigned',
  uint64: 'unsigned long long',
  float16: 'x_half',
  bfloat16: 'x_bfloat',
  float32: 'float',
  float64: 'double',
  complex64: 'x_complex<float>',
  complex128: 'x_complex<double>',
};

/** The type of an element in memory. */
export function elementType(d: DType): string {
  return names[d.name];
}

/** The type that a value is held in. */
export function valueType(d: DType): string {
  return names[computeType(d).name];
}

/** The floating type of a value, or of the parts of a complex one. */
export function partType(d: DType): 'float' | 'double' {
  return d.name === 'float64' || d.name === 'complex128' ? 'double' : 'float';
}

/** A value, given an element. */
export function loaded(d: DType, element: string): string {
  return d.name === 'float16' || d.name === 'bfloat16' ? `x_float(${element})` : element;
}

/** An element, given a value of the type that the dtype is computed in. */
export function stored(d: DType, value: string): string {
  if (d.name === 'float16') return `x_tohalf(${value})`;
  return d.name === 'bfloat16' ? `x_tobfloat(${value})` : value;
}

/** A value of one type as one of another. Both are types that values are held in. */
export function cast(from: DType, to: DType, x: string): string {
  if (from === to) return x;
  const type = valueType(to);
  if (to.kind === 'c') {
    const part = partType(to);
    return from.kind === 'c'
      ? `x_complex<${part}>((${part})${x}.re, (${part})${x}.im)`
      : `x_complex<${part}>((${part})${x}, 0)`;
  }
  if (from.kind === 'c') {
    if (to.kind === 'b') return `(${x}.re != 0 || ${x}.im != 0)`;
    return to.kind === 'f' ? `(${type})${x}.re` : `(${type})x_whole(${x}.re)`;
  }
  if (to.kind === 'b') return `(${x} != 0)`;
  return from.kind === 'f' && to.kind !== 'f' ? `(${type})x_whole(${x})` : `(${type})${x}`;
}

function float(x: number, type: 'float' | 'double'): string {
  const v = type === 'float' ? Math.fround(x) : x;
  if (Number.isNaN(v)) return `x_nan<${type}>()`;
  if (!Number.isFinite(v)) return v > 0 ? `x_inf<${type}>()` : `(-x_inf<${type}>())`;
  const digits = Object.is(v, -0) ? '-0.0' : String(v);
  const text = `${/[.e]/.test(digits) ? digits : `${digits}.0`}${type === 'float' ? 'f' : ''}`;
  return text.startsWith('-') ? `(${text})` : text;
}

function integer(x: bigint, d: DType): string {
  if (d.name === 'uint64') return `${x}ull`;
  if (d.name === 'int64') return x === -(2n ** 63n) ? `(-9223372036854775807ll - 1)` : `(${x}ll)`;
  if (d.name === 'uint32') return `${x}u`;
  if (d.name === 'int32') return x === -(2n ** 31n) ? '(-2147483647 - 1)' : x < 0n ? `(${x})` : `${x}`;
  return `((${valueType(d)})${x})`;
}

/** A scalar as a literal of the type that a dtype is computed in. */
export function literal(v: Scalar, d: DType): string {
  const held = scalarAs(v, computeType(d));
  if (held instanceof Complex) {
    const part = partType(d);
    return `x_complex<${part}>(${float(held.re, part)}, ${float(held.im, part)})`;
  }
  if (d.kind === 'b') return held ? 'true' : 'false';
  if (d.kind === 'f') return float(held as number, partType(d));
  return integer(BigInt(held), d);
}

/** A scalar that is passed by value: its fields in the struct of parameters, how the text reads it, and its arguments. */
export interface Passing {
  readonly fields: readonly string[];
  readonly value: string;
}

/** How a kernel takes a scalar of that dtype; `size` 0, or how many of them stand in arrays, of which `index` picks one. */
export function passing(d: DType, name: string, size = 0, index = ''): Passing {
  const many = size === 0 ? '' : `[${size}]`;
  const at = size === 0 ? '' : `[${index}]`;
  if (d.kind === 'c') {
    const part = partType(d);
    return {
      fields: [`${part} ${name}r${many}`, `${part} ${name}i${many}`],
      value: `x_complex<${part}>(p.${name}r${at}, p.${name}i${at})`,
    };
  }
  const held = valueType(d);
  const wide = ['float', 'double', 'long long', 'unsigned long long', 'unsigned'].includes(held);
  return wide
    ? { fields: [`${held} ${name}${many}`], value: `p.${name}${at}` }
    : {
        fields: [`int ${name}${many}`],
        value: d.kind === 'b' ? `(p.${name}${at} != 0)` : `(${held})p.${name}${at}`,
      };
}

/** The arguments of those fields; of complex numbers the two parts. */
export function passed(v: Scalar, d: DType): (number | bigint)[] {
  const held = scalarAs(v, d);
  return held instanceof Complex ? [held.re, held.im] : [held];
}

/** @throws {DTypeError} for what a kernel family has no form for. */
export function refuse(family: string, d: DType): never {
  throw new DTypeError(`[${family}] there is no form for ${d.name} on cuda`);
}
