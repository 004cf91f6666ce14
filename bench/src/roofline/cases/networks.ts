import { functions as F, noBackpropMode } from 'chainer';
import { backwardStep, bytesOf, type RooflineFamily, rand } from '../case.ts';

const image = () => rand(8, 64, 56, 56);

export const pooling: RooflineFamily = {
  family: 'pooling',
  cases() {
    const x = image();
    const max = { stride: 2, pad: 1, coverAll: false } as const;
    const average = { stride: 2, pad: 1 } as const;
    const y = F.maxPooling2d(x, 3, max).array;
    const bytes = bytesOf(x, y);
    return [
      { name: 'max 3×3/2', flops: 0, bytes, step: () => noBackpropMode(() => F.maxPooling2d(x, 3, max)) },
      {
        name: 'max 3×3/2 backward',
        flops: 0,
        bytes,
        step: backwardStep((v) => F.maxPooling2d(v, 3, max) as ReturnType<typeof F.relu>, x),
      },
      { name: 'average 3×3/2', flops: 0, bytes, step: () => F.averagePooling2d(x, 3, average) },
      {
        name: 'average 3×3/2 backward',
        flops: 0,
        bytes,
        step: backwardStep((v) => F.averagePooling2d(v, 3, average), x),
      },
    ];
  },
};

/** Statistics need a pass of their own, so that three passes over the data forward and five backward are the least. */
export const normalization: RooflineFamily = {
  family: 'batch normalization',
  cases() {
    const x = image();
    const [gamma, beta] = [rand(64), rand(64)];
    return [
      {
        name: '8×64×56×56',
        flops: 0,
        bytes: 3 * bytesOf(x),
        step: () => F.batchNormalization(x, gamma, beta),
      },
      {
        name: '8×64×56×56 backward',
        flops: 0,
        bytes: 5 * bytesOf(x),
        step: backwardStep((v) => F.batchNormalization(v, gamma, beta), x),
      },
    ];
  },
};

export const softmax: RooflineFamily = {
  family: 'softmax',
  cases: () =>
    [rand(128, 1000), rand(700, 10_000)].flatMap((x) => {
      const name = x.shape.join('×');
      return [
        { name: `softmax ${name}`, flops: 0, bytes: 2 * bytesOf(x), step: () => F.softmax(x) },
        { name: `log softmax ${name}`, flops: 0, bytes: 2 * bytesOf(x), step: () => F.logSoftmax(x) },
      ];
    }),
};
