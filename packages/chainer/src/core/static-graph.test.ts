import './install.ts';
import * as xp from '@chainer/xp';
import { afterEach, describe, expect, it } from 'vitest';
import * as F from '../functions/index.ts';
import * as L from '../links/index.ts';
import { SGD } from '../optimizers/index.ts';
import { assertAllclose } from '../testing/assert-allclose.ts';
import { Chain } from './chain.ts';
import { noBackpropMode, usingConfig } from './config.ts';
import { staticCode, staticGraph } from './static-graph.ts';
import { Variable, type VariableLike } from './variable.ts';

const before = xp.defaultDevice();
afterEach(() => xp.setDefaultDevice(before));

/** Convolution, batch normalization, dropout, and a layer that is used twice. */
class Network extends Chain {
  readonly conv = new L.Convolution2D(null, 4, 3, { pad: 1, nobias: true });
  readonly bn = new L.BatchNormalization(4);
  readonly fc = new L.Linear(null, 6);
  readonly twice = new L.Linear(6, 6);

  body(x: VariableLike): Variable {
    const h = F.maxPooling2d(F.relu(this.bn.forward(this.conv.forward(x))), 2);
    const g = F.dropout(this.fc.forward(h), { ratio: 0.3 });
    return this.twice.forward(F.tanh(this.twice.forward(g)));
  }

  override forward(x: VariableLike): Variable {
    return this.body(x);
  }
}

class StaticNetwork extends Network {
  private readonly recorded = staticGraph((x: Variable) => this.body(x));

  override forward(x: VariableLike): Variable {
    return this.recorded(x);
  }
}

/** Losses, parameters and averages of some steps. */
function trained(network: Network, steps: number): xp.NdArray[] {
  xp.random.seed(7);
  const optimizer = new SGD({ lr: 0.01 }).setup(network);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const x = xp.random.uniform({ low: -1, high: 1, size: [3, 2, 6, 6] });
    optimizer.update(() => {
      const loss = F.sum(F.square(network.forward(x)));
      losses.push(Number(loss.array.itemSync()));
      return loss;
    });
  }
  return [xp.array(losses), network.bn.avgMean as xp.NdArray, ...[...network.params()].map((p) => p.array)];
}

describe.each(xp.devices().filter((d) => d.synchronous))('a static graph on $name', (device) => {
  const use = () => xp.setDefaultDevice(device.name);

  it('trains as the function itself does: dropout, running averages and all', () => {
    use();
    const make = <N extends Network>(Kind: new () => N): N => {
      xp.random.seed(3);
      return new Kind();
    };
    const eager = trained(make(Network), 6);
    trained(make(StaticNetwork), 6).forEach((x, i) => {
      assertAllclose(x, eager[i] as xp.NdArray, { rtol: 1e-4, atol: 1e-6 });
    });
  });

  it('gives gradients of its inputs, and of several outputs', () => {
    use();
    const w = new Variable(xp.array([2, -1, 0.5]));
    const body = (x: Variable, y: Variable) => [F.mul(F.mul(x, w), y), F.exp(x)];
    const recorded = staticGraph(body);
    const run = (f: (x: Variable, y: Variable) => readonly Variable[], k: number) => {
      const [x, y] = [new Variable(xp.array([k, 1, -2])), new Variable(xp.array([3, k, 1]))];
      w.cleargrad();
      const [a, b] = f(x, y) as [Variable, Variable];
      // One output, the other, both.
      const loss = k % 3 === 0 ? F.sum(a) : k % 3 === 1 ? F.sum(b) : F.add(F.sum(a), F.sum(F.square(b)));
      loss.backward();
      return [x, y, w].map((v) => v.grad?.toArraySync() ?? null).concat([a.array.toArraySync()]);
    };
    for (let k = 1; k < 8; k++) expect(run(recorded, k)).toEqual(run(body, k));
  });

  it('is recorded anew for other shapes, in test mode, and after a parameter got another array', () => {
    use();
    const layer = new L.Linear(3, 2);
    const dropped = (x: Variable) => F.dropout(layer.forward(x), { ratio: 0.5 });
    let runs = 0;
    const recorded = staticGraph((x: Variable) => {
      runs++;
      return dropped(x);
    });
    const x = xp.ones([4, 3]);
    const test = () =>
      usingConfig('train', false, () => noBackpropMode(() => recorded(x).array.toArraySync()));
    const plain = () => usingConfig('train', false, () => dropped(new Variable(x)).array.toArraySync());
    for (let i = 0; i < 3; i++) expect(test()).toEqual(plain());
    expect(runs).toBe(2);
    recorded(x);
    recorded(xp.ones([1, 3]));
    expect(runs).toBe(4);
    for (let i = 0; i < 3; i++) {
      layer.W.array = layer.W.array.mul(2);
      expect(test()).toEqual(plain());
    }
    // In place is no other array: nothing is recorded.
    const recordings = runs;
    layer.W.array.setAt(1, '...');
    expect(test()).toEqual(plain());
    expect(runs).toBe(recordings);
  });

  it('may be called several times before the gradients, and accumulates them', () => {
    use();
    const layer = new L.Linear(2, 2);
    const recorded = staticGraph((x: Variable) => F.tanh(layer.forward(x)));
    const gradient = (f: (x: Variable) => Variable, steps: number) => {
      layer.cleargrads();
      for (let i = 0; i < steps; i++) {
        const ys = [1, 2, 3].map((k) => f(new Variable(xp.full([2, 2], k + i))));
        F.sum(F.add(...(ys as [Variable, Variable]))).backward();
      }
      return layer.W.grad?.toArraySync();
    };
    const expected = gradient((x) => F.tanh(layer.forward(x)), 3);
    for (let i = 0; i < 3; i++) expect(gradient(recorded as (x: Variable) => Variable, 3)).toEqual(expected);
  });

  it('runs without a graph, and inside of another', () => {
    use();
    const layer = new L.Linear(2, 2);
    const inner = staticGraph((x: Variable) => layer.forward(x));
    const outer = staticGraph((x: Variable) => F.relu(inner(x)));
    for (let i = 0; i < 4; i++) {
      const x = xp.full([1, 2], i);
      const expected = F.relu(layer.forward(x)).array.toArraySync();
      expect(noBackpropMode(() => outer(x)).array.toArraySync()).toEqual(expected);
      expect(outer(x).array.toArraySync()).toEqual(expected);
    }
  });

  it('keeps its memory: a hundred steps take no more than the first', () => {
    use();
    const network = new StaticNetwork();
    const optimizer = new SGD().setup(network);
    const x = xp.ones([3, 2, 6, 6]);
    const step = () => xp.scope(() => void optimizer.update(() => F.sum(F.square(network.forward(x)))));
    for (let i = 0; i < 4; i++) step();
    const live = device.memory.stats().live;
    for (let i = 0; i < 100; i++) step();
    expect(device.memory.stats().live).toBeLessThanOrEqual(live);
  });
});

describe('staticCode', () => {
  it('runs in every call, at its place', () => {
    const seen: number[] = [];
    const state = xp.zeros([1]);
    const recorded = staticGraph((x: Variable) => {
      const y = F.mul(x, 2);
      staticCode(() => {
        seen.push(seen.length);
        state.setAt(seen.length, '...');
      });
      return F.add(y, state);
    });
    const results = [0, 1, 2, 3].map(() => recorded(xp.ones([1])).array.itemSync());
    expect(results).toEqual([3, 4, 5, 6]);
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});

describe('mistakes with static graphs', () => {
  const recorded = staticGraph((x: Variable) => F.square(x));
  const x = new Variable(xp.array([1, 2]));

  it('double backpropagation is refused', () => {
    for (let i = 0; i < 2; i++) recorded(x);
    const y = F.sum(recorded(x));
    expect(() => y.backward({ enableDoubleBackprop: true })).toThrow(
      '[staticGraph] its gradients cannot be differentiated',
    );
  });

  it('a backward pass that comes too late is named', () => {
    const few = staticGraph((v: Variable) => F.square(v), { maxCalls: 2 });
    const calls = [0, 1, 2, 3].map(() => F.sum(few(x)));
    calls.at(-1)?.backward();
    expect(() => calls[1]?.backward()).toThrow(
      '[staticGraph] the memory of this call was used by later calls',
    );
  });

  it('results whose size depends on data, other results, no arguments, other options', () => {
    const sized = staticGraph((v: Variable) => new Variable(xp.nonzero(v.array)[0] as xp.NdArray));
    sized(x);
    expect(() => sized(x)).toThrow('nonzero has a result whose size depends on data');
    // It is over: what comes next is recorded by nobody.
    expect(xp.nonzero(x.array)[0]?.size).toBe(2);
    const none = staticGraph(() => 3 as never);
    none(x);
    expect(() => none(x)).toThrow(
      '[staticGraph] the function must return a Variable or a list of them, got 3',
    );
    expect(() => recorded()).toThrow('at least one array');
    expect(() => staticGraph((v: Variable) => v, { maxCalls: 0 })).toThrow(
      'maxCalls must be a positive integer, got 0',
    );
  });
});
