import { xp } from 'chainer';
import { bytesOf, type RooflineCase, type RooflineFamily, rand } from '../case.ts';

/** Rows, columns and inner size; what they are from. */
const sizes = [
  [64, 64, 64],
  [256, 256, 256],
  [1024, 1024, 1024],
  [100, 1000, 784], // the MNIST example's first layer
  [20, 2600, 650], // a step of an LSTM
  [32, 4096, 9216], // AlexNet's first fully connected layer
  [1, 4096, 4096],
] as const;

function product(a: xp.NdArray, b: xp.NdArray): RooflineCase {
  const [m, k] = a.shape as [number, number];
  const n = b.shape[1] as number;
  return {
    name: `${m}×${k} · ${k}×${n}`,
    flops: 2 * m * n * k,
    bytes: bytesOf(a, b) + 4 * m * n,
    step: () => xp.matmul(a, b),
  };
}

export const products: RooflineFamily = {
  family: 'matrix product',
  cases: () => sizes.map(([m, n, k]) => product(rand(m, k), rand(k, n))),
};
