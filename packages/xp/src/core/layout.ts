import { ValueError } from '../errors.ts';

/** Shapes, element strides ("steps") and the loops over them. Steps count elements; NumPy's byte strides are `steps * itemsize`. */

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i] as number;
  return n;
}

/** Steps of a C-contiguous array. */
export function contiguousSteps(shape: readonly number[]): number[] {
  const steps = new Array<number>(shape.length);
  let n = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    steps[i] = n;
    n *= shape[i] as number;
  }
  return steps;
}

/** Whether those steps walk the shape in C order without gaps. */
export function isContiguous(shape: readonly number[], steps: readonly number[]): boolean {
  let n = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const d = shape[i] as number;
    if (d === 0) return true;
    if (d !== 1) {
      if (steps[i] !== n) return false;
      n *= d;
    }
  }
  return true;
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** NumPy's text of a shape: `(2, 3)`, `(4,)`, `()`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

/**
 * The shape to which all broadcast.
 *
 * @throws {ValueError} if they do not.
 */
export function broadcastTwo(a: readonly number[], b: readonly number[], who: string): readonly number[] {
  if (sameShape(a, b)) return a;
  const long = a.length >= b.length ? a : b;
  const short = long === a ? b : a;
  const out = long.slice();
  const lead = long.length - short.length;
  for (let i = 0; i < short.length; i++) {
    const l = long[lead + i] as number;
    const s = short[i] as number;
    if (l === s || s === 1) continue;
    if (l !== 1)
      throw new ValueError(
        `[${who}] shapes ${shapeText(a)} and ${shapeText(b)} cannot be broadcast together`,
      );
    out[lead + i] = s;
  }
  return out;
}

/** The steps of an operand when it is read at `shape`: zero along axes where it is broadcast. */
export function broadcastSteps(
  from: readonly number[],
  steps: readonly number[],
  shape: readonly number[],
): number[] {
  const lead = shape.length - from.length;
  const out = new Array<number>(shape.length);
  for (let i = 0; i < shape.length; i++) {
    out[i] = i < lead || (from[i - lead] === 1 && shape[i] !== 1) ? 0 : (steps[i - lead] as number);
  }
  return out;
}

/**
 * A loop nest: extents, and for each operand its steps. Axes of extent 1 are gone and neighbours that every operand walks
 * without a jump are merged, so that contiguous work is one flat loop.
 */
export interface Loops {
  readonly shape: number[];
  readonly steps: number[][];
}

/** Collapses a loop nest over operands that already broadcast to `shape`. Zero-dimensional work is one loop of extent 1. */
export function collapse(shape: readonly number[], operands: readonly (readonly number[])[]): Loops {
  const outShape: number[] = [];
  const outSteps: number[][] = operands.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const extent = shape[axis] as number;
    if (extent === 1) continue;
    const last = outShape.length - 1;
    let merge = last >= 0;
    for (let k = 0; merge && k < operands.length; k++) {
      merge = (outSteps[k] as number[])[last] === ((operands[k] as number[])[axis] as number) * extent;
    }
    if (merge) {
      outShape[last] = (outShape[last] as number) * extent;
      for (let k = 0; k < operands.length; k++)
        (outSteps[k] as number[])[last] = (operands[k] as number[])[axis] as number;
    } else {
      outShape.push(extent);
      for (let k = 0; k < operands.length; k++)
        (outSteps[k] as number[]).push((operands[k] as number[])[axis] as number);
    }
  }
  if (outShape.length === 0) {
    outShape.push(1);
    for (const s of outSteps) s.push(0);
  }
  return { shape: outShape, steps: outSteps };
}

/** Lowest and highest element position that a view touches, or null if it has no elements. */
export function extentOf(
  shape: readonly number[],
  steps: readonly number[],
  offset: number,
): [number, number] | null {
  let low = offset;
  let high = offset;
  for (let i = 0; i < shape.length; i++) {
    const d = shape[i] as number;
    if (d === 0) return null;
    const reach = (d - 1) * (steps[i] as number);
    if (reach < 0) low += reach;
    else high += reach;
  }
  return [low, high];
}
