import { type Link, noBackpropMode, xp } from 'chainer';
import { describe, expect, test } from 'vitest';
import { AlexNet } from './alexnet.ts';
import { GoogLeNet } from './googlenet.ts';
import { GoogLeNetBN } from './googlenet-bn.ts';
import { MLP } from './mlp.ts';
import { NIN } from './nin.ts';
import { Overfeat } from './overfeat.ts';
import { ResNet50 } from './resnet50.ts';
import { VGGA } from './vgg-a.ts';

/** Numbers of parameters: weights and biases of every layer, from the papers' tables. */
const counts = {
  AlexNet: 61_100_840, // torchvision's alexnet
  GoogLeNet: 6_998_552, // without the auxiliary classifiers
  GoogLeNetBN: 11_190_760, // of every convolution weights, scale and shift, and 1,025,000 of the classifier
  NIN: 7_595_176, // 34,944 + 614,656 + 885,120 + 3,539,968 + 1×1: 18,624 + 131,584 + 295,680 + 1,049,600 + 1,025,000
  Overfeat: 145_920_872, // 34,944 + 614,656 + 1,180,160 + 4,719,616 + 9,438,208 + 113,249,280 + 12,587,008 + 4,097,000
  ResNet50: 25_557_032, // torchvision's resnet50
  VGGA: 132_863_336, // torchvision's vgg11
};

function sizeOf(model: Link): number {
  let n = 0;
  for (const p of model.params()) n += p.size;
  return n;
}

describe.each([
  ['AlexNet', AlexNet],
  ['GoogLeNet', GoogLeNet],
  ['GoogLeNetBN', GoogLeNetBN],
  ['NIN', NIN],
  ['Overfeat', Overfeat],
  ['ResNet50', ResNet50],
  ['VGGA', VGGA],
] as const)('%s', (name, Network) => {
  test('has the parameters of the original, and a score for each of 1000 classes', () => {
    xp.scope(() => {
      const model = new Network();
      expect(sizeOf(model)).toBe(counts[name]);
      const x = xp.zeros([1, 3, Network.insize, Network.insize]);
      expect(noBackpropMode(() => model.forward(x)).shape).toEqual([1, 1000]);
    });
  });
});

test('MLP has weights and biases of each layer, once', () => {
  expect(sizeOf(new MLP(784, 1000, 1000, 10))).toBe(785 * 1000 + 1001 * 1000 + 1001 * 10);
});
