import { functions as F, links as L, type Variable, xp } from 'chainer';
import { warmUp } from './measure.ts';
import { mlpStep } from './workloads/mlp.ts';

/** A process of its own for `twoprocesses`: warms up, says so, waits for the word, and tells milliseconds a step of the time it is given. */
const steps: Readonly<Record<string, () => () => unknown>> = {
  mlp: () => mlpStep([784, 1000, 1000, 10], 100),
  mlp_small: () => mlpStep([4, 50, 50, 2], 32),
  conv: () => {
    const layer = new L.Convolution2D(64, 64, 3, { pad: 1 });
    const x = rand(8, 64, 28, 28);
    return () => {
      layer.cleargrads();
      const y: Variable = F.sum(layer.forward(x));
      y.backward();
    };
  },
  gemm256: () => {
    const [a, b] = [rand(256, 256), rand(256, 256)];
    return () => xp.matmul(a, b);
  },
  elementwise: () => {
    const [a, b] = [rand(1000, 1000), rand(1000, 1000)];
    return () => xp.tanh(a).mul(b).add(a);
  },
};

function rand(...shape: number[]): xp.NdArray {
  return xp.random.rand(...shape).astype('float32');
}

const [work = '', milliseconds] = process.argv.slice(2);
const make = steps[work];
if (make === undefined || process.send === undefined) {
  console.error(`[steady] runs as a child process, with one of ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}
const step = make();
await warmUp(step, 5);
process.send('warm');
await new Promise((resolve) => process.once('message', resolve));
const start = performance.now();
const end = start + Number(milliseconds);
let n = 0;
while (performance.now() < end) {
  step();
  n++;
}
process.send((performance.now() - start) / n);
process.disconnect();
