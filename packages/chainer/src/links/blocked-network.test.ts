import type { NdArray } from '@chainer/xp';
import * as xp from '@chainer/xp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grad } from '../core/backward.ts';
import { Chain } from '../core/chain.ts';
import { noBackpropMode, usingConfig } from '../core/config.ts';
import '../core/install.ts';
import type { Variable } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import { hostNumbers } from '../gradient-check/numerical-grad.ts';
import { GradientClipping } from '../optimizerHooks/gradient-clipping.ts';
import { WeightDecay } from '../optimizerHooks/weight-decay.ts';
import { MomentumSGD } from '../optimizers/momentum-sgd.ts';
import { Convolution2D } from './connection/convolution2d.ts';
import { Deconvolution2D } from './connection/deconvolution2d.ts';
import { Linear } from './connection/linear.ts';
import { BatchNormalization } from './normalization/batch-normalization.ts';

const others = xp
  .devices()
  .map((d) => d.name)
  .filter((name) => name !== 'js');

/** Layers that pass blocked layouts on, and some that do not: channels that fill blocks, and others that would need padding. */
class Net extends Chain {
  c1 = new Convolution2D(3, 32, 3, { pad: 1 });
  b1 = new BatchNormalization(32);
  c2 = new Convolution2D(32, 32, 3, { pad: 2, dilate: 2, groups: 2 });
  b2 = new BatchNormalization(32);
  c3 = new Convolution2D(64, 24, 1);
  c4 = new Convolution2D(24, 16, 3, { stride: 2 });
  d5 = new Deconvolution2D(16, 16, 2, { stride: 2 });
  l6 = new Linear(32, 5);

  forward(x: NdArray): Variable {
    const h1 = F.maxPooling2d(F.relu(this.b1.forward(this.c1.forward(x))), 2);
    const h2 = F.add(F.leakyRelu(this.b2.forward(this.c2.forward(h1))), h1);
    const h3 = F.sigmoid(this.c3.forward(F.concat([h1, h2])));
    const h5 = this.d5.forward(this.c4.forward(h3));
    const halves = F.splitAxis(F.averagePooling2d(h5, 2), 2, 1) as Variable[];
    const sums = F.sum(halves[0] as Variable, { axis: [2, 3] });
    const largest = F.max(halves[1] as Variable, { axis: [2, 3] });
    return this.l6.forward(F.concat([sums, largest, F.average(h5, { axis: [2, 3] })]));
  }
}

function made(device: string): { net: Net; x: NdArray; t: NdArray } {
  xp.setDefaultDevice(device);
  xp.random.seed(5);
  const net = new Net();
  const x = xp.random.rand(4, 3, 12, 10).astype('float32');
  const t = xp.array([0, 3, 2, 4], { dtype: 'int32' });
  return { net, x, t };
}

function differences(a: readonly NdArray[], b: readonly NdArray[]): number {
  let largest = 0;
  a.forEach((x, k) => {
    const other = hostNumbers(b[k] as NdArray);
    for (const [i, v] of hostNumbers(x).entries()) {
      largest = Math.max(largest, Math.abs(v - (other[i] as number)) / (1 + Math.abs(v)));
    }
  });
  return largest;
}

const parametersOf = (net: Net) => [...net.namedparams()].map(([, p]) => p);

describe.each(others)('a network of many layers on %s agrees with js', (device) => {
  let before: ReturnType<typeof xp.setDefaultDevice>;
  beforeEach(() => {
    before = xp.setDefaultDevice(device);
  });
  afterEach(() => {
    xp.setDefaultDevice(before);
  });

  it('in training: gradients, hooks and updates', () => {
    const results = ['js', device].map((name) => {
      const { net, x, t } = made(name);
      const optimizer = new MomentumSGD({ lr: 0.05, momentum: 0.9 }).setup(net);
      optimizer.addHook(new WeightDecay(0.01));
      optimizer.addHook(new GradientClipping(1));
      const losses: NdArray[] = [];
      for (let i = 0; i < 4; i++) {
        const loss = F.softmaxCrossEntropy(net.forward(x), t);
        net.cleargrads();
        loss.backward();
        optimizer.update();
        losses.push(loss.array);
      }
      const parameters = parametersOf(net);
      return {
        losses,
        values: parameters.map((p) => p.array),
        grads: parameters.map((p) => p.grad as NdArray),
      };
    });
    const [a, b] = results as [(typeof results)[0], (typeof results)[0]];
    expect(hostNumbers(b.losses[3] as NdArray)[0]).toBeLessThan(
      hostNumbers(b.losses[0] as NdArray)[0] as number,
    );
    expect(differences(a.losses, b.losses)).toBeLessThan(1e-4);
    expect(differences(a.grads, b.grads)).toBeLessThan(1e-3);
    expect(differences(a.values, b.values)).toBeLessThan(1e-4);
  });

  it('in prediction, twice, and after its arrays were read and written', () => {
    const results = ['js', device].map((name) => {
      const { net, x } = made(name);
      const predict = () => usingConfig('train', false, () => noBackpropMode(() => net.forward(x).array));
      const first = predict();
      const W = net.c2.W.array;
      const row = W.at(3).copy();
      W.setAt(xp.zeros([16, 3, 3]), 5);
      return [first, predict(), row, W, W.reshape([32, 144]).transpose().copy()];
    });
    expect(differences(results[0] as NdArray[], results[1] as NdArray[])).toBeLessThan(1e-4);
  });

  it('in gradients of gradients', () => {
    const results = ['js', device].map((name) => {
      const { net, x, t } = made(name);
      const loss = F.softmaxCrossEntropy(net.forward(x), t);
      const gs = grad([loss], [net.c1.W, net.c2.W, net.c4.b as Variable], { enableDoubleBackprop: true });
      const norm = gs.map((g) => F.sum(F.square(g as Variable))).reduce((p, q) => F.add(p, q));
      net.cleargrads();
      norm.backward();
      return [
        norm.array,
        ...[net.c1.W, net.c2.W, net.b1.gamma, net.c3.W].map((p) => (p as Variable).grad as NdArray),
      ];
    });
    expect(differences(results[0] as NdArray[], results[1] as NdArray[])).toBeLessThan(1e-3);
  });
});
