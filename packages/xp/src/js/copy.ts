import type { DType, TypedArray } from '../core/dtype.ts';
import { broadcastSteps, collapse, sizeOf } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { castHeld, readElement, writeElement } from './closures.ts';
import { canCompile, compile } from './compile.ts';
import { walk } from './elementwise.ts';
import { castText, holdingOf, toBig } from './render.ts';

/** Elements somewhere in memory: raw typed array, type, first position and steps (in elements). */
export interface Place {
  readonly data: TypedArray;
  readonly dtype: DType;
  readonly offset: number;
  readonly steps: readonly number[];
}

/** Copies `n` elements, from position `p` by step `s` to position `q` by step `t`. */
export type CopyRow = (
  n: number,
  src: TypedArray,
  p: number,
  s: number,
  dst: TypedArray,
  q: number,
  t: number,
) => void;

/** Below this many elements a plain loop beats `set` and the two views it needs. */
const SHORT = 24;

const rows: (CopyRow | undefined)[] = [];

/** The loop that copies from one dtype to another, each pair with its own code so that it stays fast. */
export function copyRow(from: DType, to: DType): CopyRow {
  const compiled = canCompile();
  const key = (from.index * 16 + to.index) * 2 + Number(compiled);
  let row = rows[key];
  if (row === undefined) {
    const loop = compiled ? compileRow(from, to) : interpretRow(from, to);
    row = from === to ? blockRow(loop, from.lanes) : loop;
    rows[key] = row;
  }
  return row;
}

/** Moves long unbroken runs as a block. */
function blockRow(loop: CopyRow, lanes: number): CopyRow {
  return (n, src, p, s, dst, q, t) => {
    if (s === 1 && t === 1 && n >= SHORT) {
      dst.set(src.subarray(p * lanes, (p + n) * lanes) as never, q * lanes);
    } else loop(n, src, p, s, dst, q, t);
  };
}

function compileRow(from: DType, to: DType): CopyRow {
  let body: string;
  if (from === to && from.kind !== 'c') body = 'b[q]=a[p];';
  else if (from.kind === 'c' && to.kind === 'c') body = 'b[2*q]=a[2*p];b[2*q+1]=a[2*p+1];';
  else body = `${loadText(from)}${storeText(from, to)}`;
  return compile<CopyRow>(
    ['n', 'a', 'p', 's', 'b', 'q', 't'],
    `for(let i=0;i<n;i++){${body}p+=s;q+=t;}`,
    new Map(),
  );
}

function loadText(from: DType): string {
  if (from.kind === 'c') return 'const xr=a[2*p],xi=a[2*p+1];';
  if (from.name === 'float16') return 'const x=h.fromFloat16(a[p]);';
  if (from.name === 'bfloat16') return 'const x=h.fromBfloat16(a[p]);';
  return 'const x=a[p];';
}

/** Halves are rounded once, from the source's own value. */
function storeText(from: DType, to: DType): string {
  if (to.name === 'float16' || to.name === 'bfloat16') {
    const x = from.kind === 'c' ? 'xr' : holdingOf(from) === 'big' ? 'Number(x)' : 'x';
    return to.name === 'float16' ? `b[q]=h.toFloat16(${x});` : `b[q]=h.toBfloat16(${x});`;
  }
  const [re, im] = castText(from, to, 'x');
  return to.kind === 'c' ? `b[2*q]=${re};b[2*q+1]=${im};` : `b[q]=${re};`;
}

function interpretRow(from: DType, to: DType): CopyRow {
  const float = from.kind === 'f' && holdingOf(to) === 'big';
  return (n, src, p, s, dst, q, t) => {
    for (let i = 0; i < n; i++) {
      const x = readElement(src, p + i * s, from);
      writeElement(dst, q + i * t, to, castHeld(float ? toBig(x as number) : x, to));
    }
  };
}

/** `to[...] = from` over `shape`, with a cast. */
export function copyPlaces(shape: readonly number[], from: Place, to: Place): void {
  if (sizeOf(shape) === 0) return;
  const row = copyRow(from.dtype, to.dtype);
  const loops = collapse(shape, [from.steps, to.steps]);
  if (loops.shape.length === 1) {
    row(
      loops.shape[0]!,
      from.data,
      from.offset,
      loops.steps[0]![0]!,
      to.data,
      to.offset,
      loops.steps[1]![0]!,
    );
    return;
  }
  walk(loops, [from.offset, to.offset], (n, p, s) => row(n, from.data, p[0]!, s[0]!, to.data, p[1]!, s[1]!));
}

/** Where an array's elements are. */
export function placeOf(x: NdArray): Place {
  return { data: x.storage.view(x.dtype), dtype: x.dtype, offset: x.offset, steps: x.steps };
}

/** `dst[...] = src` with a cast; `src` broadcasts to `dst`. */
export function copy(src: NdArray, dst: NdArray): void {
  const from = placeOf(src);
  copyPlaces(dst.shape, { ...from, steps: broadcastSteps(src.shape, src.steps, dst.shape) }, placeOf(dst));
}
