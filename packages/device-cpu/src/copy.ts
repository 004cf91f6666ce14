import {
  computeType,
  type DType,
  type Instruction,
  jsKernels,
  type Kernels,
  type NdArray,
  Program,
  sameShape,
  scalarAs,
  writeElement,
} from '@chainer/xp/internal';
import { commonLayout, imagesAround, isSlice, isWhole, type Layouts, layoutOf, settle } from './layouts.ts';
import type { Native } from './native.ts';
import { address, pointer, writeSteps } from './operands.ts';
import type { CpuStorage } from './storage.ts';

/** A program that only casts. */
function castProgram(from: DType, to: DType): Program {
  const source = computeType(from);
  const target = computeType(to);
  const code: Instruction[] = [{ id: 0, op: 'load', type: source, args: [], attr: 0, loop: null }];
  if (source !== target) code.push({ id: 1, op: 'cast', type: target, args: [0], attr: null, loop: null });
  const input = { kind: 'array', dtype: from, as: from, ndim: 0 } as const;
  return new Program(
    `cast ${from.name} to ${to.name}`,
    [input],
    code,
    [{ value: code.length - 1, dtype: to }],
    [source, target],
  );
}

const isOpaque = (x: NdArray): boolean => ((x.storage as CpuStorage).layout ?? null) !== null;

/** Copies of one element type move bytes; real casts are programs; complex casts run on js. */
export function copyKernels(
  native: Native,
  layouts: Layouts,
  elementwise: Kernels['elementwise'],
): Pick<Kernels, 'copy' | 'fill'> {
  const { D, W, run } = native;
  const copyCommand = native.command('copy');
  const fillCommand = native.command('fill');
  const casts = new Map<number, Program>();
  const bytes = new ArrayBuffer(16);
  const words = new Int32Array(bytes);

  function cast(src: NdArray, dst: NdArray): void {
    if (src.dtype.kind === 'c' || dst.dtype.kind === 'c') return jsKernels.copy(src, dst);
    const key = src.dtype.index * 16 + dst.dtype.index;
    let program = casts.get(key);
    if (program === undefined) {
      program = castProgram(src.dtype, dst.dtype);
      casts.set(key, program);
    }
    elementwise(program, [src], [dst], dst.shape);
  }

  /**
   * Copies channels of blocked images, all or some, to channels of others, if they are in whole blocks: what concatenations and their
   * gradients consist of. Memory that nobody has touched takes the source's blocks. Whether it did.
   */
  function copyChannels(src: NdArray, dst: NdArray): boolean {
    if (src.dtype.itemsize !== 4 || src.ndim < 3 || !sameShape(src.shape, dst.shape)) return false;
    const [from, to] = [src.storage as CpuStorage, dst.storage as CpuStorage];
    if (from === to || (isWhole(src) && isWhole(dst))) return false;
    const blocked = from.layout !== null && from.layout.block > 0 ? from.layout : to.layout;
    if (blocked === null || blocked.block === 0) return false;
    if (isWhole(dst)) {
      if (from.layout === null || !isSlice(src, from.layout)) return false;
      to.overwrite(layouts.like(from.layout, dst.shape));
    } else {
      const around = to.layout ?? (to.untouched ? layouts.like(blocked, imagesAround(dst)) : null);
      if (around === null || around.block !== blocked.block || !isSlice(dst, around)) return false;
      if (isWhole(src)) from.rearrange(layouts.like(around, src.shape));
      else if (from.layout === null || !isSlice(src, from.layout)) return false;
      to.complete();
      to.overwrite(around);
    }
    D[0] = 4;
    D[1] = address(src);
    D[2] = address(dst);
    D[3] = 2;
    D[4] = dst.shape[0]!;
    D[5] = dst.size / dst.shape[0]!;
    D[6] = src.shape[0] === 1 ? 0 : src.steps[0]!;
    D[7] = 1;
    D[8] = dst.shape[0] === 1 ? 0 : dst.steps[0]!;
    D[9] = 1;
    run(copyCommand);
    return true;
  }

  return {
    copy(src, dst) {
      if (dst.size === 0) return;
      if (src.dtype !== dst.dtype) return cast(src, dst);
      if ((isOpaque(src) || isOpaque(dst)) && copyChannels(src, dst)) return;
      const layout = layoutOf(src) === null ? null : commonLayout([src], [dst]);
      if (layout !== null) settle([src], [dst], layout);
      D[0] = dst.dtype.itemsize;
      D[1] = layout === null ? pointer(src) : address(src);
      D[2] = layout === null ? pointer(dst) : address(dst);
      if (src.contiguous && dst.contiguous && src.size === dst.size) {
        D[3] = 1;
        D[4] = dst.size;
        D[5] = 1;
        D[6] = 1;
      } else {
        const { shape } = dst;
        D[3] = shape.length;
        let at = 4;
        for (let i = 0; i < shape.length; i++) D[at++] = shape[i]!;
        at = writeSteps(D, at, src, shape);
        writeSteps(D, at, dst, shape);
      }
      run(copyCommand);
    },
    fill(dst, value) {
      if (dst.size === 0) return;
      const { dtype, shape } = dst;
      writeElement(new dtype.TypedArray(bytes), 0, dtype, scalarAs(value, dtype));
      D[0] = dtype.itemsize;
      const layout = layoutOf(dst);
      if (layout !== null) (dst.storage as CpuStorage).overwrite(layout);
      D[1] = layout === null ? pointer(dst) : address(dst);
      let at = 2;
      if (dst.contiguous) {
        D[at++] = 1;
        D[at++] = dst.size;
        D[at++] = 1;
      } else {
        D[at++] = shape.length;
        for (let i = 0; i < shape.length; i++) D[at++] = shape[i]!;
        for (let i = 0; i < shape.length; i++) D[at++] = dst.steps[i]!;
      }
      for (let i = 0; i < 4; i++) W[2 * at + i] = words[i]!;
      run(fillCommand);
    },
  };
}
