import { extentOf, sizeOf } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { permuted } from '../core/views.ts';
import { IndexError } from '../errors.ts';
import { reshapeTo, reshapeView } from '../manipulation/reshape.ts';
import { blame, positions, type Term } from './positions.ts';
import { counted, indexShape, type Selection } from './selection.ts';
import { unravel } from './unravel.ts';

/** One axis of a view of the indexed array, and the positions on it: what gather and scatter work with. */
export interface Places {
  readonly target: NdArray;
  readonly axis: number;
  /** int32, one dimension. */
  readonly indices: NdArray;
  /** Shape of the selection. */
  readonly shape: readonly number[];
  /** Its shape with the axes of the index arrays run together, as gather and scatter see it. */
  readonly flat: readonly number[];
  /** Runs the kernel, and names the index that is out of range if it refuses. */
  readonly run: (body: () => void) => void;
}

/** Reduces a selection to positions on one axis. */
export function placesOf(selection: Selection, who: string): Places {
  const atoms = counted(selection.atoms, who);
  const shape = indexShape(atoms, who);
  const { view } = selection;
  const axes = atoms.flatMap((a) => Array.from({ length: a.span }, (_, k) => a.axis + k));
  const rest = view.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const before = selection.together ? rest.filter((i) => i < (axes[0] as number)) : [];
  const after = rest.slice(before.length);
  const turned = permuted(view, [...before, ...axes, ...after]);
  const at = before.length;
  const outer = turned.shape.slice(0, at);
  const inner = turned.shape.slice(at + axes.length);
  const terms = atoms.map((a) => ({
    index: a.index,
    axis: a.own,
    extent: sizeOf(view.shape.slice(a.axis, a.axis + a.span)),
  }));
  const common = {
    shape: [...outer, ...shape, ...inner],
    run: (body: () => void) => guarded(body, terms, who),
  };
  const merged = [...outer, sizeOf(turned.shape.slice(at, at + axes.length)), ...inner];
  const target = axes.length === 1 ? turned : turned.size === 0 ? null : reshapeView(turned, merged);
  if (target !== null || turned.size === 0) {
    const on = target ?? new NdArray(turned.storage, turned.dtype, merged, undefined, turned.offset);
    const indices = onOneAxis(terms, shape, merged[at] as number);
    return { ...common, target: on, axis: at, indices, flat: [...outer, sizeOf(shape), ...inner] };
  }
  return elementPlaces(turned, at, axes.length, atoms, shape, common);
}

function guarded(body: () => void, terms: Parameters<typeof blame>[0], who: string): void {
  try {
    body();
  } catch (error) {
    throw (error instanceof IndexError ? blame(terms, who) : null) ?? error;
  }
}

/** Positions on the axes of all index arrays taken together in C order. */
function onOneAxis(
  terms: readonly { readonly index: NdArray; readonly extent: number }[],
  shape: readonly number[],
  size: number,
): NdArray {
  const only = terms.length === 1 ? (terms[0] as { index: NdArray }).index : null;
  if (only !== null) return reshapeTo(only, [only.size]);
  let step = 1;
  const placed: Term[] = [];
  for (let k = terms.length - 1; k >= 0; k--) {
    const { index, extent } = terms[k] as { index: NdArray; extent: number };
    placed.unshift({ index, extent, step });
    step *= extent;
  }
  return positions(shape, 0, placed, [], size);
}

/** Axes that strides do not let run together: positions of single elements in memory. */
function elementPlaces(
  turned: NdArray,
  at: number,
  width: number,
  atoms: readonly { readonly span: number; readonly index: NdArray }[],
  shape: readonly number[],
  common: Pick<Places, 'shape' | 'run'>,
): Places {
  const [low, high] = extentOf(turned.shape, turned.steps, turned.offset) ?? [0, -1];
  const trailing = turned.ndim - at - width;
  const terms: Term[] = [];
  let axis = at;
  for (const { span, index } of atoms) {
    const extents = turned.shape.slice(axis, axis + span);
    const parts = span === 1 ? [index] : unravel(index, extents);
    for (let k = 0; k < span; k++, axis++) {
      const part = parts[k] as NdArray;
      terms.push({
        index: new NdArray(
          part.storage,
          part.dtype,
          [...part.shape, ...new Array<number>(trailing).fill(1)],
          [...part.steps, ...new Array<number>(trailing).fill(0)],
          part.offset,
        ),
        extent: turned.shape[axis] as number,
        step: turned.steps[axis] as number,
      });
    }
  }
  const walks = turned.steps
    .map((step, i) => ({ axis: i < at ? i : i - width + shape.length, step, own: i < at || i >= at + width }))
    .filter((w) => w.own);
  const length = high - low + 1;
  const indices = positions(common.shape, turned.offset - low, terms, walks, length);
  return {
    ...common,
    target: new NdArray(turned.storage, turned.dtype, [length], [1], low),
    axis: 0,
    indices,
    flat: [sizeOf(common.shape)],
  };
}
