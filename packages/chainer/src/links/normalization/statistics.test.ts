import { array, type NdArray, ones, random, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { usingConfig } from '../../core/config.ts';
import { Variable } from '../../core/install.ts';
import { fixedDecorrelatedBatchNormalization } from '../../functions/normalization/fixed-decorrelated-batch-normalization.ts';
import { forget } from '../../functions/util/forget.ts';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';
import { NpzDeserializer } from '../../serializers/npz-deserializer.ts';
import { assertAllclose } from '../../testing/assert-allclose.ts';
import { BatchNormalization } from './batch-normalization.ts';
import { BatchRenormalization } from './batch-renormalization.ts';
import { DecorrelatedBatchNormalization } from './decorrelated-batch-normalization.ts';

const close = { atol: 1e-4, rtol: 1e-4 };
const batch = () => random.normal({ size: [16, 4] }).astype('float32');

describe('BatchRenormalization', () => {
  it('is batch normalization by default, also in prediction', () => {
    const [renorm, norm] = [new BatchRenormalization(4), new BatchNormalization(4)];
    for (let step = 0; step < 3; step++) {
      const x = batch();
      assertAllclose(renorm.forward(x), norm.forward(x).array, close);
    }
    assertAllclose(renorm.avgMean as NdArray, norm.avgMean as NdArray, close);
    assertAllclose(renorm.avgVar as NdArray, norm.avgVar as NdArray, close);
    const x = batch();
    usingConfig('train', false, () => assertAllclose(renorm.forward(x), norm.forward(x).array, close));
  });

  it('uses the statistics of the first run when a function is run again', () => {
    const [plain, forgetful] = [0, 1].map(() => new BatchRenormalization(4, { rmax: 3, dmax: 2 })) as [
      BatchRenormalization,
      BatchRenormalization,
    ];
    const weights = batch();
    const gradient = (link: BatchRenormalization, x: Variable, f: (v: Variable) => Variable) => {
      f(x).mul(weights).sum().backward();
      return [x.grad, link.avgMean].map((v) => hostNumbers(v as NdArray));
    };
    const first = batch();
    const [a, b] = [plain, forgetful].map((link) => {
      link.forward(first.mul(3).add(1));
      const body = (v: Variable) => link.forward(v);
      return gradient(
        link,
        new Variable(first.copy()),
        link === plain ? body : (v) => forget((u) => body(u as Variable), v),
      );
    }) as [Float64Array[], Float64Array[]];
    expect(b).toEqual(a);
  });
});

describe('DecorrelatedBatchNormalization', () => {
  it('whitens in training, and predicts with what it has seen', () => {
    const link = new DecorrelatedBatchNormalization(4, { groups: 2, decay: 0, eps: 1e-3 });
    const x = batch();
    const y = link.forward(x).array;
    const group = y.at(':', ':2');
    assertAllclose(
      group.transpose().matmul(group).div(16),
      [
        [1, 0],
        [0, 1],
      ],
      { atol: 5e-3, rtol: 0 },
    );
    const predicted = usingConfig('train', false, () => link.forward(x)).array;
    const { avgMean, avgProjection } = link;
    assertAllclose(
      predicted,
      fixedDecorrelatedBatchNormalization(x, avgMean, avgProjection, { groups: 2 }).array,
      close,
    );
    // With no memory these are the batch's own, but for the projection's factor of samples.
    assertAllclose(predicted, y.mul(16 / 15), { atol: 1e-3, rtol: 1e-3 });
  });

  it('averages batches while fine-tuning', () => {
    const link = new DecorrelatedBatchNormalization(2, { groups: 1 });
    for (const mean of [1, 3])
      link.forward(
        array([
          [mean, -mean],
          [mean, mean],
        ]),
        { finetune: true },
      );
    expect(link.N).toBe(2);
    assertAllclose(link.avgMean, [[2, 0]], close);
    link.startFinetuning();
    expect(link.N).toBe(0);
  });

  it('loads old files, which knew no groups, for every group', () => {
    const link = new DecorrelatedBatchNormalization(4, { groups: 2 });
    const read = (mean: NdArray, projection: NdArray) => {
      const entries = new Map<string, NdArray | number>([
        ['avg_mean', mean],
        ['avg_projection', projection],
        ['N', 3],
      ]);
      link.serialize(new NpzDeserializer(entries));
    };
    read(
      array([1, 2]),
      array([
        [1, 2],
        [3, 4],
      ]),
    );
    expect([link.avgMean.toArraySync(), link.N]).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
      3,
    ]);
    read(ones([2, 2]).mul(7), zeros([2, 2, 2]));
    expect(link.avgMean.at(0, 0).itemSync()).toBe(7);
    expect(() => new DecorrelatedBatchNormalization(5, { groups: 2 })).toThrow(
      '5 channels do not divide into 2 groups',
    );
  });
});
