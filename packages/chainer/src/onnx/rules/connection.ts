import type { NdArray } from '@chainer/xp/functions';
import type { Convolution, ConvolutionData } from '../../functions/connection/convolution-nd.ts';
import type { EmbedIDFunction } from '../../functions/connection/embed-id.ts';
import type { LinearFunction } from '../../functions/connection/linear.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Rule, Rules } from './rule.ts';

const linear: Rule<LinearFunction> = (g, names) => g.op('Gemm', names, { transB: 1 });

/** Weights and bias in x's dtype, in which mixed precision computes. */
function alike(g: GraphBuilder, names: readonly string[], inputs: readonly NdArray[]): string[] {
  const { dtype } = inputs[0] as NdArray;
  return names.map((name, i) => ((inputs[i] as NdArray).dtype === dtype ? name : g.cast(name, dtype.name)));
}

const convolution: Rule<Convolution> = (g, names, { node, inputs, outputs: [y] }) => {
  const [x, W] = inputs as [NdArray, NdArray];
  const { stride, pad, dilate, groups } = node.g;
  const kernel = W.shape.slice(2);
  // What windows that cover everything reach beyond the image is padding at the end.
  const after = kernel.map((k, i) => {
    const reach = ((y as NdArray).shape[i + 2] as number) - 1;
    const end = reach * (stride[i] as number) + (k - 1) * (dilate[i] as number) + 1;
    return Math.max(0, end - (x.shape[i + 2] as number) - (pad[i] as number));
  });
  return g.op('Conv', alike(g, names, inputs), {
    kernel_shape: kernel,
    strides: stride,
    pads: [...pad, ...after],
    dilations: dilate,
    group: groups,
  });
};

const deconvolution: Rule<ConvolutionData> = (g, names, { node, inputs, outputs: [y] }) => {
  const [x, W] = inputs as [NdArray, NdArray];
  const { stride, pad, dilate, groups } = node.g;
  const kernel = W.shape.slice(2);
  // What the windows cover, less what is cut off on both sides, is the result; more than that is added.
  const after = kernel.map((k, i) => {
    const covered =
      ((x.shape[i + 2] as number) - 1) * (stride[i] as number) + (k - 1) * (dilate[i] as number) + 1;
    return covered - (pad[i] as number) - ((y as NdArray).shape[i + 2] as number);
  });
  return g.op('ConvTranspose', alike(g, names, inputs), {
    kernel_shape: kernel,
    strides: stride,
    pads: [...pad, ...after.map((p) => Math.max(0, p))],
    output_padding: after.map((p) => Math.max(0, -p)),
    dilations: dilate,
    group: groups,
  });
};

const embedId: Rule<EmbedIDFunction> = (g, [x, W], { node, inputs }) => {
  const [ids, rows] = inputs as [NdArray, NdArray];
  const id =
    ids.dtype.name === 'int32' || ids.dtype.name === 'int64' ? (x as string) : g.cast(x as string, 'int64');
  if (node.ignore === null) return g.op('Gather', [W as string, id], { axis: 0 });
  const type = ids.dtype.name === 'int32' ? 'int32' : 'int64';
  const ignored = g.op('Equal', [id, g.scalar(node.ignore, type)]);
  const found = g.op('Gather', [W as string, g.op('Where', [ignored, g.scalar(0, type), id])], { axis: 0 });
  const mask = g.reshape(ignored, [...ids.shape, 1]);
  return g.op('Where', [mask, g.scalar(0, rows.dtype.name), found]);
};

export const connectionRules: Rules = {
  LinearFunction: linear,
  Convolution2DFunction: convolution,
  ConvolutionND: convolution,
  Deconvolution2DFunction: deconvolution,
  DeconvolutionND: deconvolution,
  EmbedIDFunction: embedId,
};
