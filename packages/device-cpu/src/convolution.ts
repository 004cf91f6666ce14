import {
  bfloat16,
  type ConvGeometry,
  float16,
  float32,
  float64,
  jsKernels,
  type Kernels,
  type NdArray,
} from '@chainer/xp/internal';
import { columnConvolutions } from './convolution-columns.ts';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import { isWhole, type Layout, type Layouts, layoutOf } from './layouts.ts';
import type { Native } from './native.ts';
import { address, pointer } from './operands.ts';
import type { CpuStorage } from './storage.ts';

const kinds = { forward: 0, data: 1, weight: 2 } as const;

/**
 * Whether oneDNN computes it: float32 and what is computed in it, one to three spatial axes, nothing empty, and no whole
 * window of the image left out (it takes no negative padding of a stride or more).
 */
function fits(x: NdArray, W: NdArray, y: NdArray, g: ConvGeometry): boolean {
  const { dtype } = x;
  if (dtype !== float32 && dtype !== float16 && dtype !== bfloat16) return false;
  if (x.ndim < 3 || x.ndim > 5 || x.size === 0 || W.size === 0 || y.size === 0) return false;
  for (let i = 0; i < x.ndim - 2; i++) {
    const reach = (y.shape[2 + i]! - 1) * g.stride[i]! + (W.shape[2 + i]! - 1) * g.dilate[i]! + 1;
    if (x.shape[2 + i]! + g.pad[i]! - reach >= g.stride[i]!) return false;
  }
  return true;
}

/**
 * oneDNN convolutions of float32; half types by way of float32; float64 as products over columns; what is left (integers, more
 * than three spatial axes, windows left out) on js.
 */
export function convolutionKernels(
  native: Native,
  layouts: Layouts,
  families: Pick<Kernels, 'copy' | 'fill' | 'elementwise' | 'im2col' | 'col2im' | 'matmul'>,
): Pick<Kernels, 'convolution' | 'convolutionData' | 'convolutionWeight'> {
  const { copy } = families;
  const columns = columnConvolutions(families);
  const { D, run } = native;
  const planCommand = native.command('convolutionPlan');
  const command = native.command('convolution');

  /** Who computes what oneDNN does not. */
  function other(x: NdArray, W: NdArray, y: NdArray): typeof columns {
    const dense = x.dtype === float64 && x.ndim <= 5 && x.size > 0 && W.size > 0 && y.size > 0;
    return dense ? columns : jsKernels;
  }

  /** An operand that is read gets the wanted layout if it can have it; otherwise the addon reads it by way of a workspace. */
  function settleInput(x: NdArray, wanted: Layout | null, keeps: boolean): void {
    const storage = x.storage as CpuStorage;
    if (wanted === null || storage.released || !isWhole(x)) return;
    // Weights keep the layout that they have once got: passes that want different ones would move them to and fro.
    const kept = keeps && layoutOf(x)?.groups === wanted.groups;
    if (!kept) storage.rearrange(wanted);
  }

  /** A result that is a whole array is left in the wanted layout. */
  function settleOutput(y: NdArray, wanted: Layout | null): void {
    if (isWhole(y)) (y.storage as CpuStorage).overwrite(wanted);
  }

  /** Writes where an operand lies, and in which format. */
  function writeOperand(at: number, x: NdArray, groups: number): number {
    const layout = layoutOf(x);
    const opaque = layout !== null && layout.groups === groups;
    D[at] = opaque ? address(x) : pointer(x);
    D[at + 1] = opaque ? layout.id : -1;
    return at + 2;
  }

  /** `image`, `weights` and `output` as of the forward pass, whichever of them is the result. */
  function call(
    kind: keyof typeof kinds,
    image: NdArray,
    weights: NdArray,
    output: NdArray,
    bias: NdArray | null,
    g: ConvGeometry,
  ): void {
    const side = (x: NdArray, written: boolean) =>
      written ? denseOutput(x, float32) : denseInput(x, float32, copy);
    const x = side(image, kind === 'data');
    const W = side(weights, kind === 'weight');
    const y = side(output, kind === 'forward');
    const b = bias === null ? null : side(bias, kind === 'weight');
    const nd = image.ndim - 2;
    D[0] = kinds[kind];
    D[1] = nd;
    D[2] = image.shape[0]!;
    D[3] = image.shape[1]!;
    D[4] = output.shape[1]!;
    D[5] = g.groups;
    let at = 6;
    for (let i = 0; i < nd; i++) {
      D[at++] = image.shape[2 + i]!;
      D[at++] = weights.shape[2 + i]!;
      D[at++] = output.shape[2 + i]!;
      D[at++] = g.stride[i]!;
      D[at++] = g.pad[i]!;
      D[at++] = g.dilate[i]!;
    }
    D[at] = b === null ? 0 : 1;
    run(planCommand);
    const plan = D[0]!;
    const ids = [D[1]!, D[2]!, D[3]!] as const;
    const wanted = [x, W, y].map((a, k) => layouts.wanted(ids[k]!, a.shape));
    const result = kind === 'forward' ? y : kind === 'data' ? x : W;
    [x, W, y].forEach((a, k) => {
      if (a !== result) settleInput(a, wanted[k]!, a === W);
      else if (kind !== 'data' || b === null || wanted[k]?.block !== 0) settleOutput(a, wanted[k]!);
    });
    D[0] = plan;
    at = writeOperand(1, x, 1);
    at = writeOperand(at, W, g.groups);
    at = writeOperand(at, y, 1);
    D[at] = b === null ? 0 : pointer(b);
    run(command);
    if (kind === 'data') finishOutput(x, image, copy);
    else finishInput(x, image);
    if (kind === 'weight') finishOutput(W, weights, copy);
    else finishInput(W, weights);
    if (kind === 'forward') finishOutput(y, output, copy);
    else finishInput(y, output);
    if (b !== null) {
      if (kind === 'weight') finishOutput(b, bias as NdArray, copy);
      else finishInput(b, bias as NdArray);
    }
  }

  return {
    convolution(x, W, b, y, g) {
      if (!fits(x, W, y, g)) return other(x, W, y).convolution(x, W, b, y, g);
      call('forward', x, W, y, b, g);
    },
    convolutionData(gy, W, b, gx, g) {
      if (!fits(gx, W, gy, g)) return other(gx, W, gy).convolutionData(gy, W, b, gx, g);
      call('data', gx, W, gy, b, g);
    },
    convolutionWeight(x, gy, gW, gb, g) {
      if (!fits(x, gW, gy, g)) return other(x, gW, gy).convolutionWeight(x, gy, gW, gb, g);
      call('weight', x, gW, gy, gb, g);
    },
  };
}
