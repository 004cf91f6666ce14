import { input, type NdArray, type Scalar } from '@chainer/xp/functions';
import { type Device, type ElementwiseCall, emptyOn, Kernel, type Program } from '@chainer/xp/internal';
import type { Parameter } from '../core/parameter.ts';

interface Batch {
  readonly program: Program;
  readonly device: Device;
  readonly calls: ElementwiseCall[];
}

/**
 * Gives parameters new gradients, each computed by a kernel from `operands`: one dispatch for all of one dtype and device.
 * Gradients may share memory with other arrays, so that the old ones are left as they are.
 */
export function transformGradients(
  kernel: Kernel,
  params: readonly Parameter[],
  operands: (param: Parameter, g: NdArray) => readonly (NdArray | Scalar)[],
): void {
  const batches: Batch[] = [];
  for (const param of params) {
    const g = param.grad as NdArray;
    const inputs = operands(param, g);
    const program = kernel.program(inputs, [g.dtype]);
    const out = emptyOn(g.device, g.shape, g.dtype);
    let batch = batches.find((b) => b.program === program && b.device === g.device);
    if (batch === undefined) {
      batch = { program, device: g.device, calls: [] };
      batches.push(batch);
    }
    if (g.size > 0) batch.calls.push({ inputs, outputs: [out], shape: g.shape });
    param.grad = out;
  }
  for (const { device, program, calls } of batches)
    if (calls.length > 0) device.kernels.elementwiseMany(program, calls);
}

const divided = /*#__PURE__*/ new Kernel('lossScale', [input(0).div(input(1))]);

/** Divides the loss scale out of gradients, for what compares them with each other. */
export function unscaleGradients(params: readonly Parameter[]): void {
  const scaled = params.filter((p) => lossScaleOf(p) !== 1);
  transformGradients(divided, scaled, (p, g) => [g, lossScaleOf(p)]);
  for (const p of scaled) p.node.lossScale = null;
}

/** The factor by which a parameter's gradient is too large, under loss scaling. */
export function lossScaleOf(param: Parameter): number {
  return param.node.lossScale ?? 1;
}
