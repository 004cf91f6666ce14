import { type Link, noBackpropMode, usingConfig, type Variable, xp } from 'chainer';
import { describe, expect, test } from 'vitest';
import {
  Alex,
  AlexNet,
  GoogLeNet,
  GoogLeNetBN,
  NIN,
  Overfeat,
  ResNet50,
  ResNeXt50,
  SmallResNet,
  VGGA,
} from './index.ts';

interface Network extends Link {
  forward(x: xp.NdArray): Variable;
}

/** Numbers of parameters: weights and biases of every layer, from the papers' tables. */
const networks: readonly (readonly [string, number, () => Network, number])[] = [
  ['Alex', Alex.insize, () => new Alex(), 62_378_344], // of every convolution and layer, without its groups
  ['AlexNet', AlexNet.insize, () => new AlexNet(), 61_100_840], // torchvision's alexnet
  ['GoogLeNet, plain', GoogLeNet.insize, () => new GoogLeNet(true), 6_998_552],
  ['GoogLeNet', GoogLeNet.insize, () => new GoogLeNet(), 6_998_552 + 3_188_840 + 3_190_888],
  // Of every convolution weights, scale and shift, and 1,025,000 of the classifier.
  ['GoogLeNetBN, plain', GoogLeNetBN.insize, () => new GoogLeNetBN(false), 11_281_000],
  ['GoogLeNetBN', GoogLeNetBN.insize, () => new GoogLeNetBN(), 11_281_000 + 3_198_184 + 3_202_280],
  // 34,944 + 614,656 + 885,120 + 3,539,968 + 1×1: 18,624 + 131,584 + 295,680 + 1,049,600 + 1,025,000
  ['NIN', NIN.insize, () => new NIN(), 7_595_176],
  // 34,944 + 614,656 + 1,180,160 + 4,719,616 + 9,438,208 + 113,249,280 + 12,587,008 + 4,097,000
  ['Overfeat', Overfeat.insize, () => new Overfeat(), 145_920_872],
  ['ResNet50', ResNet50.insize, () => new ResNet50(), 25_557_032], // torchvision's resnet50
  ['ResNeXt50', ResNeXt50.insize, () => new ResNeXt50(), 25_028_904], // torchvision's resnext50_32x4d
  // The stem 1,192, blocks of 1,312 and 6,208 and 24,192 and 95,488, the classifier 257,000
  ['SmallResNet', SmallResNet.insize, () => new SmallResNet(), 385_392],
  ['VGGA', VGGA.insize, () => new VGGA(), 132_863_336], // torchvision's vgg11
];

function sizeOf(model: Link): number {
  let n = 0;
  for (const p of model.params()) n += p.size;
  return n;
}

describe.each(networks)('%s', (_, insize, make, size) => {
  test('has the parameters of the original, and a score for each of 1000 classes', () => {
    xp.scope(() => {
      const model = make();
      const x = xp.zeros([1, 3, insize, insize]);
      expect(noBackpropMode(() => model.forward(x)).shape).toEqual([1, 1000]);
      expect(sizeOf(model)).toBe(size);
    });
  });
});

test.each([
  ['GoogLeNet', () => new GoogLeNet()],
  ['GoogLeNetBN', () => new GoogLeNetBN()],
] as const)('%s has three classifiers in training, and one in use', (_, make) => {
  xp.scope(() => {
    const model = make();
    const x = xp.zeros([1, 3, 224, 224]);
    const shapes = () => noBackpropMode(() => model.scores(x)).map((y) => y.shape);
    expect(shapes()).toEqual([
      [1, 1000],
      [1, 1000],
      [1, 1000],
    ]);
    expect(usingConfig('train', false, shapes)).toEqual([[1, 1000]]);
  });
});
