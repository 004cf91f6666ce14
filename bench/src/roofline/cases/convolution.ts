import { functions as F } from 'chainer';
import { backwardStep, bytesOf, type RooflineCase, type RooflineFamily, rand } from '../case.ts';

interface Shape {
  readonly name: string;
  readonly batch: number;
  readonly channels: number;
  readonly size: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
}

const shapes: readonly Shape[] = [
  { name: 'AlexNet 1', batch: 8, channels: 3, size: 224, out: 64, kernel: 11, stride: 4, pad: 2 },
  { name: 'AlexNet 2', batch: 8, channels: 64, size: 27, out: 192, kernel: 5, pad: 2 },
  { name: 'AlexNet 4', batch: 8, channels: 384, size: 13, out: 256, kernel: 3, pad: 1 },
  { name: 'ResNet 1', batch: 4, channels: 3, size: 224, out: 64, kernel: 7, stride: 2, pad: 3 },
  { name: 'ResNet 2', batch: 4, channels: 64, size: 56, out: 64, kernel: 3, pad: 1 },
  { name: 'ResNet 2, expanding', batch: 4, channels: 64, size: 56, out: 256, kernel: 1 },
  { name: 'ResNet 4', batch: 4, channels: 256, size: 14, out: 256, kernel: 3, pad: 1 },
  { name: 'ResNet 5, reducing', batch: 4, channels: 2048, size: 7, out: 512, kernel: 1 },
];

function casesOf(s: Shape): RooflineCase[] {
  const { stride = 1, pad = 0 } = s;
  const options = { stride, pad };
  const x = rand(s.batch, s.channels, s.size, s.size);
  const W = rand(s.out, s.channels, s.kernel, s.kernel);
  const y = F.convolution2d(x, W, null, options).array;
  const work = { flops: 2 * y.size * s.channels * s.kernel ** 2, bytes: bytesOf(x, W, y) };
  const steps = {
    forward: () => F.convolution2d(x, W, null, options),
    data: backwardStep((v) => F.convolution2d(v, W, null, options), x),
    weight: backwardStep((v) => F.convolution2d(x, v, null, options), W),
  };
  const label = `${s.name}: ${s.channels}→${s.out}, ${s.kernel}×${s.kernel}/${stride}, ${s.size}², b${s.batch}`;
  return Object.entries(steps).map(([direction, step]) => ({ name: `${label} ${direction}`, ...work, step }));
}

/** Forward, gradient of the data and of the weights; a ceiling of products bounds all three. */
export const convolution: RooflineFamily = {
  family: 'convolution',
  cases: () => shapes.flatMap(casesOf),
};
