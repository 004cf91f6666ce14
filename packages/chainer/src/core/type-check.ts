import type { NdArray } from '@chainer/xp';

/** A function was given arrays whose dtypes, shapes or numbers do not fit. */
export class InvalidType extends Error {
  override readonly name = 'InvalidType';
}

/** `float32[8, 3, 32, 32]`. */
export function describe(x: {
  readonly dtype: { readonly name: string };
  readonly shape: readonly number[];
}): string {
  return `${x.dtype.name}[${x.shape.join(',')}]`;
}

/** Throws an InvalidType: the function, what is wrong, and what was given. */
export function invalid(
  who: string,
  what: string,
  given: Readonly<Record<string, NdArray | null | undefined>> = {},
): never {
  const list = Object.entries(given)
    .filter((e): e is [string, NdArray] => e[1] !== null && e[1] !== undefined)
    .map(([name, x]) => `${name}: ${describe(x)}`);
  throw new InvalidType(`[${who}] ${what}${list.length > 0 ? ` (${list.join(', ')})` : ''}`);
}

/** The argument must be floating. */
export function expectFloat(who: string, name: string, x: NdArray): void {
  if (x.dtype.kind !== 'f')
    invalid(who, `${name} must have a floating dtype, got ${x.dtype.name}`, { [name]: x });
}

/** The argument must be integral (labels, indices). */
export function expectInteger(who: string, name: string, x: NdArray): void {
  if (x.dtype.kind !== 'i' && x.dtype.kind !== 'u')
    invalid(who, `${name} must have an integer dtype, got ${x.dtype.name}`, { [name]: x });
}

/** Both must have one dtype. */
export function expectSameDtype(who: string, a: string, x: NdArray, b: string, y: NdArray): void {
  if (x.dtype !== y.dtype)
    invalid(who, `${a} and ${b} must have the same dtype: ${x.dtype.name} != ${y.dtype.name}`, {
      [a]: x,
      [b]: y,
    });
}

/** Both must have one shape. */
export function expectSameShape(who: string, a: string, x: NdArray, b: string, y: NdArray): void {
  if (x.shape.length !== y.shape.length || x.shape.some((d, i) => d !== y.shape[i])) {
    invalid(who, `${a} and ${b} must have the same shape: [${x.shape.join(',')}] != [${y.shape.join(',')}]`, {
      [a]: x,
      [b]: y,
    });
  }
}

/** The argument must have that many axes. */
export function expectNdim(who: string, name: string, x: NdArray, ndim: number): void {
  if (x.shape.length !== ndim)
    invalid(who, `${name} must have ${ndim} axes, got ${x.shape.length}`, { [name]: x });
}
