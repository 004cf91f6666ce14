import { type ConvGeometry, type Kernels, NdArray } from '@chainer/xp/internal';
import { Dense } from '../dense.ts';
import { type Cudnn, cudnnTypes } from './cudnn.ts';
import { type ConvolutionShape, CudnnConvolution } from './cudnn-convolution.ts';

type Family = Pick<Kernels, 'convolution' | 'convolutionData' | 'convolutionWeight'>;

/**
 * The three products of a convolution by cuDNN: floats of one dtype, one to three spatial axes, and as many windows as fit. The portable kernels have
 * the others, and those that the library has no algorithm for.
 */
export function convolutionByLibrary(dnn: Cudnn, portable: Family & Pick<Kernels, 'copy'>): Family {
  const library = new CudnnConvolution(dnn);
  const { copy } = portable;
  const { device } = dnn.ctx;
  const addressOf = (x: NdArray) => dnn.addressOf(x);

  /** The convolution as cuDNN sees it; null: it does not. */
  function shapeOf(
    image: NdArray,
    weights: NdArray,
    windows: NdArray,
    g: ConvGeometry,
  ): ConvolutionShape | null {
    const { name } = image.dtype;
    if (!(name in cudnnTypes) || weights.dtype !== image.dtype || windows.dtype !== image.dtype) return null;
    const axes = image.ndim - 2;
    if (axes < 1 || axes > 3 || image.size === 0 || weights.size === 0 || windows.size === 0) return null;
    for (let a = 0; a < axes; a++) {
      const room = image.shape[a + 2]! + 2 * g.pad[a]! - g.dilate[a]! * (weights.shape[a + 2]! - 1) - 1;
      if (room < 0 || windows.shape[a + 2] !== Math.floor(room / g.stride[a]!) + 1) return null;
    }
    return {
      dtype: name,
      image: image.shape,
      weights: weights.shape,
      windows: windows.shape,
      pad: g.pad,
      stride: g.stride,
      dilate: g.dilate,
      groups: g.groups,
      tf32: device.tf32,
      deterministic: device.deterministic,
    };
  }

  /** Runs one product on dense arrays, beginning with a bias where there is one. */
  function run(
    kind: 'forward' | 'data' | 'weight',
    shape: ConvolutionShape,
    first: NdArray,
    second: NdArray,
    result: NdArray,
    bias: NdArray | null,
  ): boolean {
    const dense = new Dense(copy);
    const [a, b, y] = [dense.input(first), dense.input(second), dense.output(result)];
    if (bias !== null) {
      const spatial = new Array<number>(y.ndim - 2).fill(1);
      const steps = [bias.steps[0]!, ...spatial.map(() => 0)];
      copy(new NdArray(bias.storage, bias.dtype, [bias.size, ...spatial], steps, bias.offset), y);
    }
    const done = library.run(kind, shape, addressOf(a), addressOf(b), addressOf(y), bias === null ? 0 : 1);
    dense.finish();
    return done;
  }

  return {
    convolution(x, W, b, y, g) {
      const shape = shapeOf(x, W, y, g);
      if (shape === null || !run('forward', shape, x, W, y, b)) portable.convolution(x, W, b, y, g);
    },
    convolutionData(gy, W, b, gx, g) {
      const shape = shapeOf(gx, W, gy, g);
      if (shape === null || !run('data', shape, W, gy, gx, b)) portable.convolutionData(gy, W, b, gx, g);
    },
    convolutionWeight(x, gy, gW, gb, g) {
      const shape = shapeOf(x, gW, gy, g);
      const one = gb === null || (gb.dtype === gy.dtype && gb.contiguous);
      if (shape === null || !one || !run('weight', shape, x, gy, gW, null)) {
        portable.convolutionWeight(x, gy, gW, gb, g);
        return;
      }
      if (gb === null) return;
      const dense = new Dense(copy);
      library.bias(shape, addressOf(dense.input(gy)), addressOf(gb));
      dense.finish();
    },
  };
}
