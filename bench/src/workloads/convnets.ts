import { AlexNet, GoogLeNet, Overfeat, VGGA } from '@chainer/examples/networks';
import { type Link, type Variable, xp } from 'chainer';
import { print, summary } from '../measure.ts';
import type { WorkloadOptions } from '../workloads.ts';

interface Network extends Link {
  forward(x: xp.NdArray): Variable;
}

const networks: readonly (readonly [name: string, insize: number, () => Network])[] = [
  ['alexnet', AlexNet.insize, () => new AlexNet()],
  ['overfeat', Overfeat.insize, () => new Overfeat()],
  ['vgga', VGGA.insize, () => new VGGA()],
  ['googlenet', GoogLeNet.insize, () => new GoogLeNet(true)],
];

const defaultBatch = 8;
const warmups = 2;
const runs = 5;

/**
 * The table of convnet-benchmarks: for each network forward, backward (gradients of all parameters, from the output itself as its
 * gradient) and both together, without loss and update.
 */
export async function convnets({ batch }: WorkloadOptions): Promise<void> {
  const n = batch ?? defaultBatch;
  for (const [name, insize, make] of networks) {
    const model = make();
    const x = xp.random.rand(n, 3, insize, insize).astype('float32');
    const times: [number, number][] = [];
    for (let i = 0; i < warmups + runs; i++) times.push(forwardBackward(model, x));
    times.splice(0, warmups); // the first runs compile, plan, and fill the pool of memory
    const prefix = `convnet ${name} b${n}`;
    print(
      summary(
        `${prefix} forward`,
        times.map(([forward]) => forward),
      ),
    );
    print(
      summary(
        `${prefix} backward`,
        times.map(([, backward]) => backward),
      ),
    );
    print(
      summary(
        `${prefix} total`,
        times.map(([forward, backward]) => forward + backward),
      ),
    );
    xp.memory.collect();
  }
}

/** Milliseconds of the forward and of the backward run. */
function forwardBackward(model: Network, x: xp.NdArray): [number, number] {
  model.cleargrads();
  const start = performance.now();
  const y = model.forward(x);
  y.array.at(0, 0).itemSync();
  const middle = performance.now();
  y.grad = y.array;
  y.backward();
  return [middle - start, performance.now() - middle];
}
