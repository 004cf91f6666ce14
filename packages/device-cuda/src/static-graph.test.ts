import { array, type NdArray, ones, random } from '@chainer/xp';
import { Recording } from '@chainer/xp/internal';
import { beforeEach, expect, it, vi } from 'vitest';
import {
  Chain,
  functions as F,
  links as L,
  optimizers,
  staticCode,
  staticGraph,
  Variable,
} from '../../chainer/src/index.ts';
import { compileAhead } from './ahead.testing.ts';
import { cuda, describeCuda } from './both.testing.ts';

compileAhead();

/** Convolution, batch normalization, dropout, and a layer that is used twice. */
class Network extends Chain {
  readonly conv = new L.Convolution2D(null, 4, 3, { pad: 1, nobias: true });
  readonly bn = new L.BatchNormalization(4);
  readonly fc = new L.Linear(null, 6);
  readonly twice = new L.Linear(6, 6);

  override readonly forward = (x: Variable): Variable => {
    const h = F.maxPooling2d(F.relu(this.bn.forward(this.conv.forward(x))), 2);
    const g = F.dropout(this.fc.forward(h), { ratio: 0.3 });
    return this.twice.forward(F.tanh(this.twice.forward(g)));
  };
}

/** Losses, parameters and averages after some steps, and the kernels that the host queued in the last one. */
function trained(recorded: boolean, steps = 5): { numbers: number[][]; launches: number } {
  random.seed(3);
  const network = new Network();
  const run = recorded ? staticGraph(network.forward) : network.forward;
  random.seed(7);
  const optimizer = new optimizers.MomentumSGD({ lr: 0.01 }).setup(network);
  const losses: number[] = [];
  let launches = 0;
  for (let i = 0; i < steps; i++) {
    const x = random.uniform({ low: -1, high: 1, size: [3, 2, 6, 6] });
    launches = cuda.launches;
    optimizer.update(() => {
      const loss = F.sum(F.square(run(new Variable(x))));
      losses.push(Number(loss.array.itemSync()));
      return loss;
    });
    launches = cuda.launches - launches;
  }
  const arrays = [network.bn.avgMean as NdArray, ...[...network.params()].map((p) => p.array)];
  return { numbers: [losses, ...arrays.map((x) => x.ravel().toArraySync() as number[])], launches };
}

describeCuda('a static graph on a GPU', () => {
  beforeEach(() => {
    vi.restoreAllMocks();
  });

  it('is launched as graphs, and trains as the function itself does', () => {
    const warn = vi.spyOn(console, 'warn');
    const [eager, replayed] = cuda.use(() => [trained(false), trained(true)]);
    for (const [k, list] of eager.numbers.entries())
      for (const [i, x] of list.entries()) expect(replayed.numbers[k]![i], `${k} ${i}`).toBeCloseTo(x, 4);
    // Copies in and out, random numbers, loss and optimizer are left.
    expect(replayed.launches).toBeLessThan(eager.launches / 2);
    expect(warn).not.toHaveBeenCalled();
  });

  it('stops for code of the host, which runs each time', () => {
    cuda.use(() => {
      const scale = ones([3]);
      let calls = 0;
      const f = staticGraph((x: Variable) => {
        const y = F.add(F.mul(x, 2), 1);
        staticCode(() => scale.fill(++calls));
        return F.mul(F.exp(F.sub(y, y)), new Variable(scale));
      });
      const got = [1, 2, 3, 4].map((k) => f(array([k, k, k])).array.toArraySync());
      expect(got).toEqual([1, 2, 3, 4].map((k) => [k, k, k]));
    });
  });

  it('is done call by call where a call must wait for the GPU, and says so', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    cuda.use(() => {
      const x = ones([2]);
      const recording = new Recording(cuda);
      const plain = cuda.kernels.fill;
      // A kernel that reads, as those do whose next step depends on data.
      (cuda.kernels as { fill: typeof plain }).fill = (dst, value) => {
        cuda.readSync(x);
        plain(dst, value);
      };
      try {
        recording.record(() => {
          x.fill(3);
          x.fill(4);
        });
        x.setAt(0, '...');
        recording.replay();
      } finally {
        (cuda.kernels as { fill: typeof plain }).fill = plain;
      }
      expect(x.toArraySync()).toEqual([4, 4]);
      expect(warn.mock.calls.map(String).join()).toMatch(
        /recorded on cuda:0 is done call by call: \[captureGraph\] nothing can be read while a graph is captured/,
      );
      recording.release();
    });
  });
});
