import { NdArray, type Scalar, sameShape } from '@chainer/xp/internal';
import type { Native } from './native.ts';
import type { CpuStorage } from './storage.ts';

/**
 * A format in which the elements of a whole array may stand: oneDNN's blocks of channels. One object for each format, so that
 * arrays of one layout are recognised by identity. Formats with padding have none: no array is kept in them.
 */
export interface Layout {
  /** The addon's number of it. */
  readonly id: number;
  /** Shape of the arrays that can have it. */
  readonly shape: readonly number[];
  /** Groups of a convolution by which weights are divided; otherwise 1. */
  readonly groups: number;
  /** Channels in a block, 8 or 16, where elements stand as `[N, C/block, …, block]`; otherwise 0. */
  readonly block: number;
  /** oneDNN's name, such as `nChw16c`. */
  readonly name: string;
}

/** Whether an array covers its storage, in C order. */
export function isWhole(x: NdArray): boolean {
  return x.offset === 0 && x.contiguous && x.size * x.dtype.itemsize === x.storage.nbytes;
}

/** The opaque layout in which an array lies; null for plain strides. */
export function layoutOf(x: NdArray): Layout | null {
  const { layout } = x.storage as CpuStorage;
  return layout !== null && sameShape(layout.shape, x.shape) && isWhole(x) ? layout : null;
}

/** Whether some operand lies in an opaque storage. */
function anyOpaque(operands: readonly (NdArray | Scalar)[]): boolean {
  for (let k = 0; k < operands.length; k++) {
    const x = operands[k]!;
    if (x instanceof NdArray && ((x.storage as CpuStorage).layout ?? null) !== null) return true;
  }
  return false;
}

function firstLayout(operands: readonly (NdArray | Scalar)[]): Layout | null {
  for (const x of operands) {
    const layout = x instanceof NdArray ? layoutOf(x) : null;
    if (layout !== null) return layout;
  }
  return null;
}

/**
 * The layout in which a loop over elements of the same place can walk all operands, for it does not mind where places are: some operand
 * has it, and the others are whole arrays of that shape and of elements of that size, or have one element. Null where loops go by
 * strides. What is computed in place keeps its layout.
 */
export function commonLayout(
  inputs: readonly (NdArray | Scalar)[],
  outputs: readonly NdArray[],
): Layout | null {
  if (!anyOpaque(inputs) && !anyOpaque(outputs)) return null;
  const layout = firstLayout(outputs) ?? firstLayout(inputs);
  if (layout === null) return null;
  const fits = (x: NdArray) => x.dtype.itemsize === 4 && sameShape(x.shape, layout.shape) && isWhole(x);
  for (const x of inputs) {
    // One element of a storage that would move while its address is written is read by strides.
    if (x instanceof NdArray && !(x.size === 1 ? (x.storage as CpuStorage).layout === null : fits(x)))
      return null;
  }
  for (const y of outputs) if (!fits(y)) return null;
  return layout;
}

/** Whether operands must move for a loop in that layout. */
export function wouldMove(
  inputs: readonly (NdArray | Scalar)[],
  outputs: readonly NdArray[],
  layout: Layout | null,
): boolean {
  if (layout === null) return anyOpaque(inputs) || anyOpaque(outputs);
  return inputs.some(
    (x) => x instanceof NdArray && x.size !== 1 && (x.storage as CpuStorage).layout !== layout,
  );
}

/**
 * How a loop over blocked images walks an operand: elements from one place to the next along `[N, C/block, inner, block]`, and where it
 * starts.
 */
export type ImageSteps = readonly [n: number, block: number, inner: number, lane: number];

/**
 * How a loop over images of that layout walks an operand: a whole array as it lies once it has the layout, channels of larger images that
 * begin and end between blocks, and one value for each channel (and image). Null for anything else.
 */
export function imageSteps(x: NdArray, layout: Layout): ImageSteps | null {
  const { shape, block } = layout;
  const inner = shape.slice(2).reduce((n, d) => n * d, 1);
  const own = (x.storage as CpuStorage).layout;
  if (x.size === 1) return own === null ? [0, 0, 0, 0] : null;
  if (sameShape(x.shape, shape)) {
    let channels = shape[1]!;
    if (x.dtype.itemsize !== 4 || !isWhole(x)) {
      if (own === null || own.block !== block || !isSlice(x, own)) return null;
      channels = own.shape[1]!;
    }
    return [channels * inner, inner * block, block, 1];
  }
  if (own !== null) return null;
  const lead = shape.length - x.ndim;
  const at = (axis: number) => (axis < lead ? 1 : x.shape[axis - lead]!);
  if (at(1) !== shape[1] || shape.some((_, axis) => axis > 1 && at(axis) !== 1)) return null;
  const step = x.steps[1 - lead]!;
  return [at(0) === 1 ? 0 : x.steps[0]!, step * block, 0, step];
}

/** Shape of the images that fill a storage, of which an array has some channels as its steps say. */
export function imagesAround(x: NdArray): readonly number[] {
  const inner = x.shape.slice(2).reduce((n, d) => n * d, 1);
  const channels = x.shape[0]! > 1 ? x.steps[0]! / inner : x.storage.nbytes / x.dtype.itemsize / inner;
  return [x.shape[0]!, channels, ...x.shape.slice(2)];
}

/**
 * Whether an array has some channels of the images that its storage holds in that layout, in whole blocks. They stand in one piece of each
 * image, where they would be in C order, too.
 */
export function isSlice(x: NdArray, own: Layout): boolean {
  const inner = own.shape.slice(2).reduce((n, d) => n * d, 1);
  if (x.dtype.itemsize !== 4 || own.shape.length !== x.ndim) return false;
  if (x.shape[1]! % own.block !== 0 || x.offset % (inner * own.block) !== 0) return false;
  let step = 1;
  for (let axis = own.shape.length - 1; axis >= 0; axis--) {
    const size = own.shape[axis]!;
    if (axis !== 1 && x.shape[axis] !== size) return false;
    if (x.shape[axis] !== 1 && x.steps[axis] !== step) return false;
    step *= size;
  }
  return x.offset / inner + x.shape[1]! <= own.shape[1]!;
}

/** The layout of images in which a loop can walk operands that are not all whole, as `imageSteps` says; null where it goes by strides. */
export function imageLayout(
  inputs: readonly (NdArray | Scalar)[],
  outputs: readonly NdArray[],
): Layout | null {
  if (!anyOpaque(inputs)) return null;
  const layout = firstLayout(outputs) ?? firstLayout(inputs);
  if (layout === null || layout.block === 0) return null;
  for (const x of inputs) if (x instanceof NdArray && imageSteps(x, layout) === null) return null;
  for (const y of outputs)
    if (y.dtype.itemsize !== 4 || !sameShape(y.shape, layout.shape) || !isWhole(y)) return null;
  return layout;
}

/** Brings the operands of such a loop into the common layout: those that are whole, of its shape and of its size of elements. */
export function settle(
  inputs: readonly (NdArray | Scalar)[],
  outputs: readonly NdArray[],
  layout: Layout,
): void {
  for (const x of inputs) {
    if (!(x instanceof NdArray) || x.size === 1) continue;
    const storage = x.storage as CpuStorage;
    storage.complete();
    if (sameShape(x.shape, layout.shape) && isWhole(x)) storage.rearrange(layout);
  }
  // What is not also an input is overwritten as a whole, so that nothing has to move.
  for (const y of outputs) (y.storage as CpuStorage).overwrite(layout);
}

/** The layouts of one thread. */
export class Layouts {
  /** Whether new arrays get opaque layouts. Those that have one stay as they are. */
  enabled = process.env.CHAINER_CPU_LAYOUTS !== 'plain';
  private readonly native: Native;
  /** By number; arrays of several shapes may share one. */
  private readonly all: Layout[][] = [];
  /** Those that have blocks of channels. */
  private readonly images: Layout[] = [];
  private readonly describe: number;
  private readonly number: number;

  constructor(native: Native) {
    this.native = native;
    this.describe = native.command('describeLayout');
    this.number = native.command('blockedLayout');
  }

  /** Images of another shape as blocked as those of a layout; null where that is C order. */
  like(layout: Layout, shape: readonly number[]): Layout | null {
    for (const l of this.images) if (l.block === layout.block && sameShape(l.shape, shape)) return l;
    const { D, run } = this.native;
    D[0] = layout.block;
    D[1] = shape.length;
    for (let i = 0; i < shape.length; i++) D[2 + i] = shape[i]!;
    run(this.number);
    return this.known(D[0]!, shape);
  }

  /** The layout that the addon numbers so, if arrays of that shape shall get it. */
  wanted(id: number, shape: readonly number[]): Layout | null {
    return this.enabled ? this.known(id, shape) : null;
  }

  /** The layout that the addon numbers so, for arrays of a shape; null for C order and what arrays do not keep. */
  private known(id: number, shape: readonly number[]): Layout | null {
    if (id < 0) return null;
    let list = this.all[id];
    if (list === undefined) {
      list = [];
      this.all[id] = list;
    }
    for (const layout of list) if (sameShape(layout.shape, shape)) return layout;
    const made = this.make(id, shape);
    list.push(made);
    return made;
  }

  private make(id: number, shape: readonly number[]): Layout {
    const { D, run } = this.native;
    D[0] = id;
    run(this.describe);
    const ndim = D[0]!;
    const grouped = ndim > shape.length;
    const blocks = D[3]!;
    const spatial = ['d', 'h', 'w'].slice(-(shape.length - 2));
    const letters = D[2]! > 0 ? ['n', 'c', ...spatial] : [...(grouped ? 'goi' : 'oi'), ...spatial];
    const blocked = new Set<number>();
    let inner = '';
    for (let i = 0; i < blocks; i++) {
      const axis = D[4 + 2 * i]!;
      blocked.add(axis);
      inner += `${D[5 + 2 * i]}${letters[axis]}`;
    }
    let outer = '';
    for (let i = 0; i < ndim; i++) {
      const axis = D[4 + 2 * blocks + i]!;
      outer += blocked.has(axis) ? letters[axis]!.toUpperCase() : letters[axis];
    }
    const groups = grouped ? D[1]! : 1;
    const layout: Layout = { id, shape: [...shape], groups, block: D[2]!, name: outer + inner };
    if (layout.block > 0) this.images.push(layout);
    return layout;
  }
}
