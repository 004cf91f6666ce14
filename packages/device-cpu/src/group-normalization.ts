import { float32, float64, type Kernels, type NdArray } from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

/** Normalization of groups: each is read from memory once each way. Half types are computed in float32. */
export function groupNormalizationKernels(
  native: Native,
  copy: Kernels['copy'],
): Pick<Kernels, 'groupNormalization' | 'groupNormalizationGrad'> {
  const { D, run } = native;
  const forward = native.command('groupNormalization');
  const backward = native.command('groupNormalizationGrad');

  /** Runs a command over dense operands of one type, of which some are written. */
  function call(
    command: number,
    operands: readonly NdArray[],
    outputs: ReadonlySet<NdArray>,
    x: NdArray,
    groups: number,
    eps: number,
  ): void {
    const dtype = operands.some((a) => a.dtype === float64) ? float64 : float32;
    const dense = operands.map((a) => (outputs.has(a) ? denseOutput(a, dtype) : denseInput(a, dtype, copy)));
    D[0] = dtype === float64 ? 1 : 0;
    let at = 1;
    for (const a of dense) D[at++] = pointer(a);
    const [n, c] = x.shape as [number, number];
    D[at++] = n;
    D[at++] = c;
    D[at++] = n * c === 0 ? 0 : x.size / (n * c);
    D[at++] = groups;
    D[at++] = eps;
    run(command);
    operands.forEach((a, k) => {
      if (outputs.has(a)) finishOutput(dense[k]!, a, copy);
      else finishInput(dense[k]!, a);
    });
  }

  return {
    groupNormalization(x, gamma, beta, y, mean, invStd, eps) {
      if (x.size === 0) return;
      const outputs = new Set([y, mean, invStd]);
      call(forward, [x, gamma, beta, y, mean, invStd], outputs, x, mean.shape[1]!, eps);
    },
    groupNormalizationGrad(x, gamma, mean, invStd, gy, gx, ggamma, gbeta) {
      const outputs = new Set([gx, ggamma, gbeta]);
      call(backward, [x, gamma, mean, invStd, gy, gx, ggamma, gbeta], outputs, x, mean.shape[1]!, 0);
    },
  };
}
