import {
  bfloat16,
  bool,
  complex64,
  complex128,
  type DType,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
} from '../core/dtype.ts';
import { castable, realType } from '../core/promotion.ts';
import type { Loop, Resolve } from './types.ts';

/** Type resolution in NumPy's manner: the first loop to which all operands can be cast safely. */

export const integers: readonly DType[] = [int8, uint8, int16, uint16, int32, uint32, int64, uint64];
export const floats: readonly DType[] = [float16, bfloat16, float32, float64];
export const complexes: readonly DType[] = [complex64, complex128];

/** The first of `candidates` that holds every operand. */
export function firstThatHolds(types: readonly DType[], candidates: readonly DType[]): DType | null {
  for (const c of candidates) if (types.every((t) => castable(t, c))) return c;
  return null;
}

/** All operands in one type of the list; results in the same, or in what `result` says. */
export function uniform(
  candidates: readonly DType[],
  result: (d: DType) => readonly DType[] = (d) => [d],
): Resolve {
  return (types) => {
    const d = firstThatHolds(types, candidates);
    return d && { inputs: types.map(() => d), outputs: result(d) };
  };
}

/** Everything that has arithmetic; booleans compute as int8. */
export const anyNumber: Resolve = /*#__PURE__*/ uniform([...integers, ...floats, ...complexes]);
/** The same without complex numbers. */
export const realNumber: Resolve = /*#__PURE__*/ uniform([...integers, ...floats]);
/** The same with a loop of its own for booleans. */
export const anyType: Resolve = /*#__PURE__*/ uniform([bool, ...integers, ...floats, ...complexes]);
export const realOrBool: Resolve = /*#__PURE__*/ uniform([bool, ...integers, ...floats]);
export const floating: Resolve = /*#__PURE__*/ uniform(floats);
/** Floats and complex numbers; integers are raised to the smallest float that holds them. */
export const inexact: Resolve = /*#__PURE__*/ uniform([...floats, ...complexes]);
export const integer: Resolve = /*#__PURE__*/ uniform(integers);
export const integerOrBool: Resolve = /*#__PURE__*/ uniform([bool, ...integers]);
/** Two results of the operands' real type. */
export const realPair: Resolve = /*#__PURE__*/ uniform([...integers, ...floats], (d) => [d, d]);
export const floatPair: Resolve = /*#__PURE__*/ uniform(floats, (d) => [d, d]);

/** `resolve`, but nothing for booleans alone. */
export function exceptBool(resolve: Resolve): Resolve {
  return (types) => (types.every((t) => t === bool) ? null : resolve(types));
}

/** Any type; results real. */
export const toReal: Resolve = /*#__PURE__*/ uniform([bool, ...integers, ...floats, ...complexes], (d) => [
  realType(d),
]);

/** Any type of the list; boolean result. */
export function predicate(candidates: readonly DType[]): Resolve {
  return uniform(candidates, () => [bool]);
}

const everything: readonly DType[] = [bool, ...integers, ...floats, ...complexes];
export const predicateOfAny: Resolve = /*#__PURE__*/ predicate(everything);
export const predicateOfFloat: Resolve = /*#__PURE__*/ predicate(floats);

/** Comparison: as any predicate, but int64 and uint64 meet exactly instead of as float64. */
export const comparison: Resolve = (types) => {
  const [a, b] = types as [DType, DType];
  if ((a === int64 && b === uint64) || (a === uint64 && b === int64)) {
    return { inputs: [a, b], outputs: [bool] };
  }
  return predicateOfAny(types);
};

/** True division: integers divide as float64. */
export const division: Resolve = (types) => {
  const exact = types.every((t) => t.kind !== 'f' && t.kind !== 'c');
  return exact ? { inputs: types.map(() => float64), outputs: [float64] } : inexact(types);
};

/** At least float64. */
export const widest: Resolve = /*#__PURE__*/ uniform([float64, complex128]);

/** A float and an integer exponent; the result as the float. */
export const scaling: Resolve = (types): Loop | null => {
  const [x, e] = types as [DType, DType];
  const d = firstThatHolds([x], floats);
  if (d === null || e.kind === 'f' || e.kind === 'c') return null;
  return { inputs: [d, e === bool ? int32 : e], outputs: [d] };
};

/** A float; its mantissa likewise, its exponent int32. */
export const splitting: Resolve = /*#__PURE__*/ uniform(floats, (d) => [d, int32]);
/** Integers; a count. */
export const counting: Resolve = /*#__PURE__*/ uniform(integers, () => [uint8]);
/** Real types; boolean result. */
export const predicateOfReal: Resolve = /*#__PURE__*/ predicate([bool, ...integers, ...floats]);
