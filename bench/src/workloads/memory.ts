import { ForgetfulResNet50, GoogLeNetBN, NIN, ResNet50 } from '@chainer/examples/networks';
import { functions as F, type Link, usingConfig, type Variable, xp } from 'chainer';
import { print } from '../measure.ts';
import { trainer } from '../train.ts';
import type { WorkloadOptions } from '../workloads.ts';

interface Network extends Link {
  forward(x: xp.NdArray): Variable;
}

const networks: readonly (readonly [string, () => Network])[] = [
  ['nin', () => new NIN()],
  ['googlenet-bn', () => new GoogLeNetBN(false)],
  ['resnet50', () => new ResNet50()],
];

const defaultBatch = 8;
const size = 224;

/**
 * Chainer v2's table of aggressive buffer release: the most bytes that were alive (or garbage not found yet) in a training step, with
 * `config.aggressiveBufferRelease` and without; parameters, gradients and momenta are among them. Then what `F.forget` around each block saves,
 * and what it costs.
 */
export async function memory({ batch }: WorkloadOptions): Promise<void> {
  const n = batch ?? defaultBatch;
  for (const [name, make] of networks) {
    const released = peakOf(make(), n, true).bytes;
    const kept = peakOf(make(), n, false).bytes;
    print({ name: `${name} b${n} train peak`, bytes: released, kept, share: share(released, kept) });
  }
  const plain = peakOf(new ResNet50(), n, true);
  const forgetful = peakOf(new ForgetfulResNet50(), n, true);
  print({
    name: `resnet50 b${n} train peak, blocks in forget`,
    bytes: forgetful.bytes,
    kept: plain.bytes,
    share: share(forgetful.bytes, plain.bytes),
    time: share(forgetful.milliseconds, plain.milliseconds),
  });
}

function share(a: number, b: number): number {
  return Math.round((a / b) * 1000) / 1000;
}

/** The peak of a step that others went before, and the shorter time of two. */
function peakOf(model: Network, n: number, release: boolean): { bytes: number; milliseconds: number } {
  const x = xp.random.rand(n, 3, size, size).astype('float32');
  const t = xp.random.randint(0, { high: 1000, size: [n] }).astype('int32');
  const step = trainer(model, () => F.softmaxCrossEntropy(model.forward(x), t));
  return usingConfig('aggressiveBufferRelease', release, () => {
    step(); // makes the momenta
    // Memory that lies about would be used before anybody looks for garbage.
    xp.memory.collect();
    xp.memory.resetPeak();
    const times = [1, 2].map(() => {
      const start = performance.now();
      step();
      return performance.now() - start;
    });
    return { bytes: xp.memory.stats().peak, milliseconds: Math.min(...times) };
  });
}
