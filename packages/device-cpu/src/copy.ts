import {
  computeType,
  type DType,
  type Instruction,
  jsKernels,
  type Kernels,
  type NdArray,
  Program,
  scalarAs,
  writeElement,
} from '@chainer/xp/internal';
import { commonLayout, layoutOf, settle } from './layouts.ts';
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

/** Copies of one element type move bytes; real casts are programs; complex casts run on js. */
export function copyKernels(
  native: Native,
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

  return {
    copy(src, dst) {
      if (dst.size === 0) return;
      if (src.dtype !== dst.dtype) return cast(src, dst);
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
