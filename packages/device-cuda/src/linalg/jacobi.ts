import { type DType, int32, type Kernels, type NdArray, realType } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { Dense } from '../dense.ts';
import { blocksFor } from '../grid.ts';
import type { KernelArgument, KernelText } from '../kernel.ts';
import { count, extents, withWork } from './group.ts';
import {
  columnsText,
  lengthsText,
  loadText,
  orderText,
  quotientsText,
  rotateText,
  type Source,
  turnsText,
} from './jacobi-text.ts';
import { reflect, unitary } from './orthogonal.ts';

/** Singular values and eigenvalues by Jacobi's one-sided rotations. */
export function jacobiKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'svd' | 'eigh'> {
  const { kernels } = ctx;
  const get = (key: string, d: DType, text: () => KernelText) => kernels.get(`jacobi;${key};${d.name}`, text);
  /** A thread for each of the first argument's items, or a block. */
  const over = (key: string, d: DType, text: () => KernelText, args: readonly KernelArgument[]) =>
    get(key, d, text).run(args, blocksFor(Number(args[0])));
  const grouped = (key: string, d: DType, text: () => KernelText, args: readonly KernelArgument[]) =>
    get(key, d, text).run(args, blocksFor(Number(args[0]), 1));

  const load = (d: DType, source: Source, args: readonly KernelArgument[]) =>
    grouped(`load;${source}`, d, () => loadText(d, source), args);
  const rotate = (d: DType, args: readonly KernelArgument[]) =>
    grouped('rotate', d, () => rotateText(d), args);
  const lengths = (d: DType, args: readonly KernelArgument[]) =>
    grouped('lengths', d, () => lengthsText(d), args);
  const order = (d: DType, descending: boolean, args: readonly KernelArgument[]) =>
    over(`order;${descending}`, d, () => orderText(d, descending), args);
  const turned = (d: DType, args: readonly KernelArgument[]) => over('turns', d, () => turnsText(d), args);

  /** Columns of length 1 in order, completed to an orthonormal base where some do not count or more are wanted. */
  function columns(
    rows: NdArray,
    places: NdArray,
    lengths: NdArray,
    y: NdArray,
    { n, k, l, width, tall }: { n: number; k: number; l: number; width: number; tall: boolean },
  ): void {
    const d = y.dtype;
    const shapes = [
      [[n, l, k], d],
      [[n, k], d],
      [[n, l, width], d],
    ] as const;
    withWork(rows, shapes, (x, tau, q) => {
      over('columns', d, () => columnsText(d, false), [
        n * l * k,
        k,
        l,
        k,
        1,
        k,
        0,
        x!,
        places,
        lengths,
        rows,
      ]);
      reflect(ctx, x!, tau!);
      unitary(ctx, x!, tau!, q!);
      // As columns of U, or conjugated as rows of Vᴴ.
      const steps = tall ? [1, width, 0] : [l, 1, 1];
      over('completed', d, () => columnsText(d, true), [
        ...[n * l * width, k, l, width, ...steps],
        ...[y, places, lengths, rows, q!],
      ]);
    });
  }

  return {
    svd(a, u, s, vh) {
      const d = a.dtype;
      const real = realType(d);
      const dense = new Dense(copy);
      const [toU, toS, toV] = [u && dense.output(u), dense.output(s), vh && dense.output(vh)];
      const x = dense.input(a);
      const [m, n] = extents(a);
      const tall = m >= n;
      const [k, l] = [Math.min(m, n), Math.max(m, n)];
      const stack = count(a);
      const shapes = [
        [[stack, k, l], d],
        [[stack, k, k], d],
        [[stack], real],
        [[stack, k], real],
        [[stack, k], int32],
        [[stack, k], real],
      ] as const;
      withWork(a, shapes, (...work) => {
        const [rows, turns, scale, found, places, unit] = work as [
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
        ];
        load(d, tall ? 'columns' : 'rows', [stack, k, l, x, rows, turns, scale]);
        rotate(d, [stack, k, l, rows, turns]);
        lengths(d, [stack * k, l, rows, found]);
        order(d, true, [stack * k, k, found, scale, toS, places]);
        if (toU === null || toV === null) return;
        const [long, short] = tall ? [toU, toV] : [toV, toU];
        const width = long.size / stack / l;
        columns(rows, places, found, long, { n: stack, k, l, width, tall });
        lengths(d, [stack * k, k, turns, unit]);
        turned(d, [stack * k * k, k, ...(tall ? [k, 1, 1] : [1, k, 0]), short, places, unit, turns]);
      });
      dense.finish();
    },

    eigh(a, w) {
      const d = a.dtype;
      const real = realType(d);
      const dense = new Dense(copy);
      const [v, values] = [dense.changed(a), dense.output(w)];
      const [n] = extents(a);
      const stack = count(a);
      const matrices = [stack, n, n];
      const shapes = [
        [matrices, d],
        [matrices, d],
        [[stack], real],
        [matrices, d],
        [[stack, n], real],
        [[stack, n], real],
        [[stack, n], int32],
      ] as const;
      withWork(a, shapes, (...work) => {
        const [rows, turns, scale, plain, unit, found, places] = work as [
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
        ];
        load(d, 'hermitian', [stack, n, n, v, rows, turns, scale, plain]);
        rotate(d, [stack, n, n, rows, turns]);
        lengths(d, [stack * n, n, turns, unit]);
        grouped('quotients', d, () => quotientsText(d), [stack * n, n, turns, plain, unit, found]);
        order(d, false, [stack * n, n, found, scale, values, places]);
        turned(d, [stack * n * n, n, 1, n, 0, v, places, unit, turns]);
      });
      dense.finish();
    },
  };
}
