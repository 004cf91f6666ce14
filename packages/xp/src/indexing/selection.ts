import { broadcastTwo, shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { itemSync, mustKnow } from '../core/read.ts';
import { IndexError } from '../errors.ts';
import { nonzeroOn } from '../js/families.ts';
import { type BasicIndex, basicView, ellipsisExtent } from './basic.ts';
import { type Index, Slice } from './grammar.ts';
import { arrayIndex, asInt32, indexArray } from './integers.ts';
import { parseIndices } from './text.ts';

/** An array among indices, and the axes of the view that it replaces. */
export interface Atom {
  /** First of the axes. */
  readonly axis: number;
  /** The axis of the indexed array itself, for errors. */
  readonly own: number;
  /** How many there are: masks may span several. */
  readonly span: number;
  /** int32 positions, within the axes taken together in C order; null for a mask that was not counted yet. */
  readonly index: NdArray | null;
  readonly mask: NdArray | null;
}

/** What an index list with arrays selects: a view, then arrays on some of its axes. */
export interface Selection {
  readonly view: NdArray;
  readonly atoms: readonly Atom[];
  /** Whether the arrays stand side by side in the list, so that their axes stay where they were; otherwise they go first. */
  readonly together: boolean;
}

/** Indices with texts read. */
export function withoutTexts(indices: readonly Index[], who: string): readonly Index[] {
  if (!indices.some((index) => typeof index === 'string' && index !== '...')) return indices;
  return indices.flatMap((index) => (typeof index === 'string' ? parseIndices(index, who) : [index]));
}

/** Splits an index list with at least one array into a basic view and arrays. Texts were read before. */
export function resolve(x: NdArray, indices: readonly Index[], who: string): Selection {
  const items = indices.map((index) =>
    index === null ||
    index instanceof Slice ||
    index === '...' ||
    typeof index === 'number' ||
    typeof index === 'bigint' ||
    typeof index === 'boolean'
      ? index
      : arrayIndex(index, x.device, who),
  );
  let consumed = 0;
  let ellipses = 0;
  for (const item of items) {
    if (item === '...') ellipses++;
    else if (item instanceof NdArray) consumed += item.dtype.kind === 'b' ? item.ndim : 1;
    else if (item !== null && typeof item !== 'boolean') consumed++;
  }
  ellipsisExtent(x.ndim, consumed, ellipses, who);
  const view = basicView(x, items.flatMap(basicFor), who);
  return { view, ...placeAtoms(view, items, x.ndim - consumed, who) };
}

const everything = new Slice(null, null, null);

/** What stands for an item in the view: arrays keep their axes, truth values get one of their own. */
function basicFor(item: Index | NdArray): BasicIndex[] {
  if (typeof item === 'boolean') return [null];
  if (!(item instanceof NdArray)) return [item as BasicIndex];
  if (item.dtype.kind !== 'b') return [everything];
  return item.ndim === 0 ? [null] : item.shape.map(() => everything);
}

function placeAtoms(
  view: NdArray,
  items: readonly (Index | NdArray)[],
  spread: number,
  who: string,
): Omit<Selection, 'view'> {
  const atoms: Atom[] = [];
  let axis = 0;
  let own = 0;
  let runs = 0;
  let inRun = false;
  for (const item of items) {
    const arrayLike =
      item instanceof NdArray ||
      typeof item === 'boolean' ||
      typeof item === 'number' ||
      typeof item === 'bigint';
    if (arrayLike && !inRun) runs++;
    inRun = arrayLike;
    if (item instanceof NdArray) {
      const atom = atomOf(view, item, axis, own, who);
      atoms.push(atom);
      axis += atom.span;
      own += item.dtype.kind === 'b' ? item.ndim : 1;
    } else if (typeof item === 'boolean')
      atoms.push({
        axis: axis++,
        own,
        span: 1,
        mask: null,
        index: indexArray(item ? [0] : [], view.device, who),
      });
    else if (item === '...') {
      axis += spread;
      own += spread;
    } else if (item === null) axis++;
    else {
      if (item instanceof Slice) axis++;
      own++;
    }
  }
  return { atoms, together: runs === 1 };
}

function atomOf(view: NdArray, item: NdArray, axis: number, own: number, who: string): Atom {
  if (item.dtype.kind !== 'b') return { axis, own, span: 1, mask: null, index: asInt32(item, who) };
  if (item.ndim === 0)
    return { axis, own, span: 1, mask: null, index: indexArray(itemSync(item) ? [0] : [], view.device, who) };
  item.shape.forEach((d, k) => {
    const extent = view.shape[axis + k];
    if (d !== extent) {
      throw new IndexError(
        `[${who}] a boolean index of shape ${shapeText(item.shape)} does not fit: its axis ${k} has ${d} elements, axis ${own + k} of the array has ${extent}`,
      );
    }
  });
  return { axis, own, span: item.ndim, mask: item, index: null };
}

/** The same atoms with masks counted. @throws {NeedsHostSyncError} where the device cannot count without waiting. */
export function counted(atoms: readonly Atom[], who: string): (Atom & { readonly index: NdArray })[] {
  return atoms.map((atom) => {
    if (atom.index !== null) return atom as Atom & { readonly index: NdArray };
    const mask = atom.mask as NdArray;
    mustKnow(mask, who, `onHost((x, mask) => x.${who}(${who === 'at' ? 'mask' : '…, mask'}), x, mask)`);
    return { ...atom, index: nonzeroOn(mask.device).nonzero(mask) };
  });
}

/** The shape to which all index arrays broadcast. */
export function indexShape(atoms: readonly { readonly index: NdArray }[], who: string): readonly number[] {
  let shape: readonly number[] = [];
  for (const { index } of atoms) {
    try {
      shape = broadcastTwo(shape, index.shape, who);
    } catch (cause) {
      const shapes = atoms.map((a) => shapeText(a.index.shape)).join(' and ');
      throw new IndexError(`[${who}] index arrays of shapes ${shapes} cannot be broadcast together`, {
        cause,
      });
    }
  }
  return shape;
}
