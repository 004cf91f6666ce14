import { flip, type NdArray, ones, zeros } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { noBackpropMode, usingConfig } from '../core/config.ts';
import { Variable } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import { ofOneMatrix, ofOthers } from './catalogue.testing.ts';
import { layers } from './catalogue-layers.testing.ts';
import { losses } from './catalogue-losses.testing.ts';
import { type Fn, integers, normal } from './catalogue-values.testing.ts';
import * as onnx from './index.ts';
import { runInOnnxRuntime } from './testing.testing.ts';

const expectClose = (found: NdArray, y: NdArray): void => {
  expect([found.shape, found.dtype.name]).toEqual([y.shape, y.dtype.name]);
  if (y.size === 0) return;
  const [a, b] = [found.astype('float64'), y.astype('float64')];
  const scale = Math.max(1, Number(b.abs().max().itemSync()));
  expect(Number(a.sub(b).abs().max().itemSync()) / scale).toBeLessThan(1e-5);
};

/** Other values of the same kind: labels and places stay what they may be. */
function others(x: NdArray): NdArray {
  if (x.dtype.kind === 'f') return x.mul(0.5).add(0.01);
  return flip(x);
}

/** Exports a function, runs the file in ONNX Runtime and here, and compares with the function itself. */
async function check(fn: Fn, given: readonly NdArray[]): Promise<void> {
  // Traced with one set of values, compared with another: nothing of the trace may have become a constant.
  const bytes = await onnx.export(fn as never, given.map(others));
  const inTest = <T>(body: () => T): T => noBackpropMode(() => usingConfig('train', false, body));
  const expected = inTest(() => [fn(...given.map((x) => new Variable(x)))].flat()) as Variable[];
  const outputs = await runInOnnxRuntime(bytes, Object.fromEntries(given.map((x, i) => [`Input_${i}`, x])));
  const read = inTest(() => new onnx.OnnxFunction(bytes).forward(...given));
  for (const [i, y] of expected.entries()) {
    expectClose(outputs[`Output_${i}`] as NdArray, y.array);
    expectClose((read[i] as Variable).array, y.array);
  }
}

describe('functions of one matrix', () => {
  test.each(Object.entries(ofOneMatrix))('%s', (_, fn) => check(fn as Fn, [normal(3, 4)]));
});

describe('functions of others', () => {
  test.each(Object.entries({ ...ofOthers, ...layers, ...losses }))('%s', (_, [fn, given]) =>
    check(fn, given),
  );
});

/** What has no equivalent, and says so. */
const leftOut: Readonly<Record<string, readonly [Fn, readonly NdArray[], string]>> = {
  batchRenormalization: [
    (x) => {
      const [runningMean, runningVar] = [zeros([4]), ones([4])];
      return F.batchRenormalization(x, ones([4]), ones([4]), 2, 1, { runningMean, runningVar });
    },
    [normal(3, 4)],
    "'BatchRenormalization' corrects statistics",
  ],
  classificationSummary: [
    (x, t) => F.classificationSummary(x, t, { labelNum: 3 })[0],
    [normal(4, 3), integers([0, 1, 2, 1])],
    'does not come from',
  ],
  precision: [
    (x, t) => F.precision(x, t, { labelNum: 3 })[0],
    [normal(4, 3), integers([0, 1, 2, 1])],
    'does not come from',
  ],
  recall: [
    (x, t) => F.recall(x, t, { labelNum: 3 })[0],
    [normal(4, 3), integers([0, 1, 2, 1])],
    'does not come from',
  ],
  f1Score: [
    (x, t) => F.f1Score(x, t, { labelNum: 3 })[0],
    [normal(4, 3), integers([0, 1, 2, 1])],
    'does not come from',
  ],
  connectionistTemporalClassification: [
    (x, t) => F.connectionistTemporalClassification([x, x, x], t, 0),
    [normal(1, 3), integers([[1, 2]])],
    "no function reads the input 'Input_1'",
  ],
  discriminativeMarginBasedClusteringLoss: [
    (x, t) => F.discriminativeMarginBasedClusteringLoss(x, t, 0.5, 1.5, 3)[0],
    [normal(1, 3, 2, 2), integers([0, 1, 1, 0]).reshape([1, 2, 2])],
    "no function reads the input 'Input_1'",
  ],
  negativeSampling: [
    (x, t) => F.negativeSampling(x, t, ones([4, 3]), (shape) => zeros(shape, { dtype: 'int32' }), 2),
    [normal(2, 3), integers([1, 2])],
    "no function reads the input 'Input_1'",
  ],
  roiMaxAlign2d: [
    (x) => F.roiMaxAlign2d(x, ones([1, 4]), integers([0]), 2, 1),
    [normal(1, 1, 3, 3)],
    'give {samplingRatio}',
  ],
};

test.each(Object.entries(leftOut))('%s is refused, and says why', async (_, [fn, given, message]) => {
  await expect(onnx.export(fn as never, given)).rejects.toThrow(message);
});

/** They give numbers, or draw them: what is drawn is a constant in the file. */
const nothingToExport = ['getConvOutsize', 'getDeconvOutsize', 'gumbelSoftmax'];

test('every function is here', () => {
  const cases = { ...ofOneMatrix, ...ofOthers, ...layers, ...losses };
  const text = Object.entries(cases).map(([name, c]) => `.${name} ${String(Array.isArray(c) ? c[0] : c)}`);
  const tried = new Set(text.join(' ').match(/(?<=\.)\w+/g));
  const known = (name: string) => tried.has(name) || name in leftOut || nothingToExport.includes(name);
  expect(Object.keys(F).filter((name) => !known(name))).toEqual([]);
});
