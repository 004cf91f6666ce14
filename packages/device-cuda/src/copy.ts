import { type DType, dtypes, input, type Kernels, type Program, specialize } from '@chainer/xp/internal';

const copies: (Program | undefined)[] = [];

/** The program that copies elements of one dtype to another. */
export function copyProgram(from: DType, to: DType): Program {
  const key = from.index * dtypes.length + to.index;
  copies[key] ??= specialize('copy', [input(0)], [{ kind: 'array', dtype: from, as: from, ndim: 0 }], [to]);
  return copies[key];
}

/** Copies and fills are programs of one operand. */
export function copyKernels(elementwise: Kernels['elementwise']): Pick<Kernels, 'copy' | 'fill'> {
  const fills: (Program | undefined)[] = [];

  function fillProgram(to: DType): Program {
    fills[to.index] ??= specialize(
      'fill',
      [input(0)],
      [{ kind: 'scalar', dtype: to, as: to, ndim: 0 }],
      [to],
    );
    return fills[to.index]!;
  }

  return {
    copy(src, dst) {
      elementwise(copyProgram(src.dtype, dst.dtype), [src], [dst], dst.shape);
    },
    fill(dst, value) {
      elementwise(fillProgram(dst.dtype), [value], [dst], dst.shape);
    },
  };
}
