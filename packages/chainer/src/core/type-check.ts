import type { NdArray } from '@chainer/xp/functions';
import { kindOf } from '@chainer/xp/internal';

export { kindOf };

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

/** The argument must be an array or a variable. */
export function expectArray(who: string, name: string, x: unknown): void {
  if ((x as { readonly dtype?: unknown } | null | undefined)?.dtype === undefined) refuse(who, name, x);
}

/** A bias that may be left out must be an array, a variable or null; options come after it. */
export function expectBias(who: string, b: unknown): void {
  if (b === null || (b as { readonly dtype?: unknown }).dtype !== undefined) return;
  throw new TypeError(
    `[${who}] b must be a Variable, an NdArray or null, got ${kindOf(b)}; options stand after it: ${who}(x, W, null, {...})`,
  );
}

/** Throws: the argument is neither an array nor a variable. */
export function refuse(who: string, name: string, x: unknown): never {
  throw new TypeError(
    `[${who}] ${name} must be a Variable or an NdArray, got ${kindOf(x)}; make an array with xp.array(...)`,
  );
}

/** The argument must be floating. */
export function expectFloat(who: string, name: string, x: NdArray): void {
  expectArray(who, name, x);
  if (x.dtype.kind !== 'f')
    invalid(who, `${name} must have a floating dtype, got ${x.dtype.name}`, { [name]: x });
}

/** The argument must be integral (labels, indices). */
export function expectInteger(who: string, name: string, x: NdArray): void {
  expectArray(who, name, x);
  if (x.dtype.kind !== 'i' && x.dtype.kind !== 'u')
    invalid(who, `${name} must have an integer dtype, got ${x.dtype.name}`, { [name]: x });
}

/** Both must have one dtype. */
export function expectSameDtype(who: string, a: string, x: NdArray, b: string, y: NdArray): void {
  expectArray(who, a, x);
  expectArray(who, b, y);
  if (x.dtype !== y.dtype)
    invalid(who, `${a} and ${b} must have the same dtype: ${x.dtype.name} != ${y.dtype.name}`, {
      [a]: x,
      [b]: y,
    });
}

/** Both must have one shape. */
export function expectSameShape(who: string, a: string, x: NdArray, b: string, y: NdArray): void {
  expectArray(who, a, x);
  expectArray(who, b, y);
  if (x.shape.length !== y.shape.length || x.shape.some((d, i) => d !== y.shape[i])) {
    invalid(who, `${a} and ${b} must have the same shape: [${x.shape.join(',')}] != [${y.shape.join(',')}]`, {
      [a]: x,
      [b]: y,
    });
  }
}

/** The argument must have that many axes. */
export function expectNdim(who: string, name: string, x: NdArray, ndim: number): void {
  expectArray(who, name, x);
  if (x.shape.length !== ndim)
    invalid(who, `${name} must have ${ndim} axes, got ${x.shape.length}`, { [name]: x });
}
