import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

/** Workers load compiled modules, without the conditions of this process: Node itself knows no TypeScript. */
const entry = new URL('../../dist/node/index.js', import.meta.url);
const arrays = new URL('../../../xp/dist/node/node.js', import.meta.url);
const native = process.env.CHAINER_TEST_NATIVE === '1';

const importing = (module: URL) => `
const { parentPort, workerData } = require('node:worker_threads');
const main = async () => {
  const { functions: F, links: L, optimizers, Sequential, xp } = await import('${module.href}');
`;

/** Ten steps of a small network with dropout, from a seed; answers with losses, parameters and the next random numbers. */
const training = `${importing(entry)}
  xp.random.seed(workerData);
  const model = new Sequential(
    new L.Convolution2D(1, 8, 3), F.relu, (h) => F.maxPooling2d(h, 2), (h) => F.dropout(h, { ratio: 0.3 }), new L.Linear(null, 100), F.tanh,
    new L.Linear(100, 10));
  const x = xp.random.rand(32, 1, 28, 28).astype('float32');
  const t = xp.random.randint(0, { high: 10, size: [32] }).astype('int32');
  const optimizer = new optimizers.Adam().setup(model);
  const losses = [];
  for (let step = 0; step < 10; step++) {
    const loss = F.softmaxCrossEntropy(model.forward(x), t);
    model.cleargrads();
    loss.backward();
    optimizer.update();
    losses.push(loss.itemSync());
  }
  const wide = xp.random.rand(200, 200);
  parentPort.postMessage({
    device: xp.defaultDevice().name,
    losses,
    parameters: [...model.params()].map((p) => p.array.dataSync()),
    product: xp.matmul(wide.astype('float64'), wide.astype('float64')).dataSync(),
    next: xp.random.rand(3).toArraySync(),
  });
};
main();
`;

/** Computes with arrays until it is ended from outside; says when it has begun. */
const products = `
const { parentPort } = require('node:worker_threads');
import('${arrays.href}').then((xp) => {
  const a = xp.random.rand(300, 300).astype('float32');
  const b = a.astype('float64');
  for (let n = 0; ; n++) {
    xp.matmul(a, a);
    xp.matmul(b, b);
    xp.tanh(a).mul(a.T).sum(0);
    if (n === 3) parentPort.postMessage('computing');
    if (n % 16 === 15) xp.memory.collect();
  }
});
`;

/** The same with convolutions and their gradients. */
const convolutions = `${importing(entry)}
  const conv = new L.Convolution2D(3, 16, 3);
  const x = xp.random.rand(8, 3, 32, 32).astype('float32');
  for (let n = 0; ; n++) {
    conv.cleargrads();
    F.sum(conv.forward(x)).backward();
    if (n === 3) parentPort.postMessage('computing');
  }
};
main();
`;

interface Trained {
  readonly device: string;
  readonly losses: number[];
  readonly parameters: Float32Array[];
  readonly product: Float64Array;
  readonly next: number[];
}

function train(seed: number): Promise<Trained> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(training, { eval: true, execArgv: [], workerData: seed });
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
  });
}

/** Ends a worker while it computes, after so many milliseconds. */
async function endInTheMidst(work: string, milliseconds: number): Promise<number> {
  const worker = new Worker(work, { eval: true, execArgv: [] });
  await new Promise((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return worker.terminate();
}

describe.skipIf(!existsSync(entry))('worker threads', () => {
  it('each train as if they were alone', async () => {
    const alone = [await train(0), await train(1)] as const;
    expect(alone[0].device).toBe(native ? 'cpu' : 'js');
    expect(alone[0].losses.at(-1)).toBeLessThan(alone[0].losses[0] as number);
    expect(alone[0].next).not.toEqual(alone[1].next);
    const together = await Promise.all([0, 1, 0, 1].map(train));
    for (const [k, result] of together.entries()) expect(result).toEqual(alone[k % 2]);
  }, 300_000);

  it.skipIf(!native)(
    'that are ended in the midst of a computation take nobody with them',
    async () => {
      const before = await train(2);
      let ended = 0;
      const queue = Array.from({ length: 20 }, (_, k) => (k * 7) % 23);
      const lane = async () => {
        for (let delay = queue.pop(); delay !== undefined; delay = queue.pop()) {
          await endInTheMidst(delay % 5 === 0 ? convolutions : products, delay);
          ended++;
        }
      };
      await Promise.all(Array.from({ length: 4 }, lane));
      expect(ended).toBe(20);
      expect(await train(2)).toEqual(before);
    },
    120_000,
  );
});
