import {
  type ConvGeometry,
  emptyOn,
  float64,
  type Instruction,
  type Kernels,
  NdArray,
  Program,
  sizeOf,
} from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput, reshaped } from './dense.ts';

type Families = Pick<Kernels, 'copy' | 'fill' | 'elementwise' | 'im2col' | 'col2im' | 'matmul'>;

const operand = { kind: 'array', dtype: float64, as: float64, ndim: 0 } as const;
const load = (id: number): Instruction => ({ id, op: 'load', type: float64, args: [], attr: id, loop: null });
const sum: Instruction = { id: 2, op: 'add', type: float64, args: [0, 1], attr: null, loop: null };
/** `a + b` of float64. */
const add = new Program(
  'add',
  [operand, operand],
  [load(0), load(1), sum],
  [{ value: 2, dtype: float64 }],
  [float64, float64, float64],
);

/**
 * Convolutions of float64 as products over columns: with columns `[N, G, C/G k, L]` and weights `[G, O/G, C/G k]`,
 * `y = W col`, `gcol = Wᵀ gy` and `gW = Σₙ gy colᵀ`.
 */
export function columnConvolutions(
  k: Families,
): Pick<Kernels, 'convolution' | 'convolutionData' | 'convolutionWeight'> {
  /** Sizes of the products. */
  function sizes(image: NdArray, W: NdArray, y: NdArray, g: ConvGeometry) {
    const taps = sizeOf(W.shape.slice(1));
    return {
      N: image.shape[0]!,
      G: g.groups,
      O: W.shape[0]! / g.groups,
      K: taps,
      L: sizeOf(y.shape.slice(2)),
    };
  }

  function columnsShape(image: NdArray, W: NdArray, y: NdArray): number[] {
    return [...image.shape.slice(0, 2), ...W.shape.slice(2), ...y.shape.slice(2)];
  }

  const windows = (W: NdArray, g: ConvGeometry) => ({
    ksize: W.shape.slice(2),
    stride: g.stride,
    pad: g.pad,
    dilate: g.dilate,
  });

  function addBias(y: NdArray, b: NdArray | null): void {
    if (b === null) return;
    const steps = y.shape.map((_, i) => (i === 1 ? b.steps[0]! : 0));
    k.elementwise(add, [y, new NdArray(b.storage, b.dtype, y.shape, steps, b.offset)], [y], y.shape);
  }

  /** The same axes in another order. */
  function turned(x: NdArray, order: readonly number[]): NdArray {
    const pick = (list: readonly number[]) => order.map((i) => list[i]!);
    return new NdArray(x.storage, x.dtype, pick(x.shape), pick(x.steps), x.offset);
  }

  return {
    convolution(x, W, b, y, g) {
      const { N, G, O, K, L } = sizes(x, W, y, g);
      const col = emptyOn(x.device, columnsShape(x, W, y), float64);
      k.im2col(x, col, windows(W, g));
      const weights = denseInput(W, float64, k.copy);
      const to = denseOutput(y, float64);
      const w = reshaped(weights, [N, G, O, K], [0, O * K, K, 1]);
      k.matmul(w, reshaped(col, [N, G, K, L]), reshaped(to, [N, G, O, L]), null);
      addBias(to, b);
      col.storage.release();
      finishInput(weights, W);
      finishOutput(to, y, k.copy);
    },
    convolutionData(gy, W, b, gx, g) {
      const { N, G, O, K, L } = sizes(gx, W, gy, g);
      const from = denseInput(gy, float64, k.copy);
      const weights = denseInput(W, float64, k.copy);
      const col = emptyOn(gx.device, columnsShape(gx, W, gy), float64);
      const transposed = reshaped(weights, [N, G, K, O], [0, O * K, 1, K]);
      k.matmul(transposed, reshaped(from, [N, G, O, L]), reshaped(col, [N, G, K, L]), null);
      const to = denseOutput(gx, float64);
      k.col2im(col, to, windows(W, g));
      addBias(to, b);
      col.storage.release();
      finishInput(from, gy);
      finishInput(weights, W);
      finishOutput(to, gx, k.copy);
    },
    convolutionWeight(x, gy, gW, gb, g) {
      const { N, G, O, K, L } = sizes(x, gW, gy, g);
      const col = emptyOn(x.device, columnsShape(x, gW, gy), float64);
      k.im2col(x, col, windows(gW, g));
      const from = denseInput(gy, float64, k.copy);
      // Images become part of the inner axis, so that one product a group adds them up.
      const a = emptyOn(x.device, [G, O, N, L], float64);
      k.copy(turned(reshaped(from, [N, G, O, L]), [1, 2, 0, 3]), a);
      const c = emptyOn(x.device, [G, K, N, L], float64);
      k.copy(turned(reshaped(col, [N, G, K, L]), [1, 2, 0, 3]), c);
      col.storage.release();
      const to = denseOutput(gW, float64);
      const columns = reshaped(c, [G, N * L, K], [K * N * L, 1, N * L]);
      k.matmul(reshaped(a, [G, O, N * L]), columns, reshaped(to, [G, O, K]), null);
      if (gb !== null) {
        const ones = emptyOn(x.device, [N * L, 1], float64);
        k.fill(ones, 1);
        const sums = denseOutput(gb, float64);
        k.matmul(reshaped(a, [G * O, N * L]), ones, reshaped(sums, [G * O, 1]), null);
        ones.storage.release();
        finishOutput(sums, gb, k.copy);
      }
      a.storage.release();
      c.storage.release();
      finishInput(from, gy);
      finishOutput(to, gW, k.copy);
    },
  };
}
