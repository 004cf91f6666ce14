import { array, devices, type NdArray, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { usingConfig } from '../../core/config.ts';
import type { Link } from '../../core/link.ts';
import '../../core/install.ts';
import type { Variable } from '../../core/variable.ts';
import { assertAllclose } from '../../testing/assert-allclose.ts';
import { ChildSumTreeLSTM } from './child-sum-tree-lstm.ts';
import { GRU } from './gru.ts';
import { LSTM } from './lstm.ts';
import { NaryTreeLSTM } from './nary-tree-lstm.ts';
import { StatefulGRU } from './stateful-gru.ts';
import { StatefulMGU } from './stateful-mgu.ts';
import { StatefulPeepholeLSTM } from './stateful-peephole-lstm.ts';
import { StatefulZoneoutLSTM } from './stateful-zoneout-lstm.ts';
import { StatelessGRU } from './stateless-gru.ts';
import { StatelessMGU } from './stateless-mgu.ts';

const close = { atol: 1e-5, rtol: 1e-5 };
const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

/** Every parameter gets a number of its own; the numbers by path, for layers of one unit. */
function numbered(link: Link): (path: string, k?: number) => number {
  let next = 0;
  const values = new Map<string, number[]>();
  for (const [path, p] of link.namedparams()) {
    const own = Array.from({ length: p.size }, () => Math.sin(++next) / 2);
    p.array.setAt(array(own).reshape(p.shape), '...');
    values.set(path, own);
  }
  return (path, k = 0) => values.get(path)?.[k] as number;
}
const value = (x: Variable | null) => Number((x as Variable).itemSync());

describe('GRU', () => {
  it('follows its formula, and leaves the state out of the first step', () => {
    const link = new StatefulGRU(1, 1);
    const p = numbered(link);
    const pre = (name: string, v: number) => p(`/${name}/W`) * v + p(`/${name}/b`);
    const [x1, x2] = [0.7, -1.2];
    const h1 = sigmoid(pre('W_z', x1)) * Math.tanh(pre('W', x1));
    expect(value(link.forward(array([[x1]])))).toBeCloseTo(h1, 5);
    const r = sigmoid(pre('W_r', x2) + pre('U_r', h1));
    const z = sigmoid(pre('W_z', x2) + pre('U_z', h1));
    const h2 = z * Math.tanh(pre('W', x2) + pre('U', r * h1)) + (1 - z) * h1;
    expect(value(link.forward(array([[x2]])))).toBeCloseTo(h2, 5);
    const stateless = new StatelessGRU(1, 1);
    stateless.copyparams(link);
    expect(value(stateless.forward(array([[h1]]), array([[x2]])))).toBeCloseTo(h2, 5);
  });

  it('tells those who pass a state what changed', () => {
    const link = new GRU(3, 2) as unknown as { forward(...args: unknown[]): Variable };
    expect(() => link.forward(ones([1, 2]), ones([1, 3]))).toThrow('StatelessGRU takes (h, x)');
    expect(link.forward(ones([1, 3])).shape).toEqual([1, 2]);
  });

  it('finds its input size in the first pass', () => {
    expect(new GRU(null, 2).forward(ones([4, 5])).shape).toEqual([4, 2]);
  });
});

describe('MGU', () => {
  it('follows its formula', () => {
    const link = new StatefulMGU(1, 1);
    const p = numbered(link);
    const step = (h: number, x: number) => {
      const f = sigmoid(p('/W_f/W', 0) * h + p('/W_f/W', 1) * x + p('/W_f/b'));
      const bar = Math.tanh(p('/W_h/W', 0) * f * h + p('/W_h/W', 1) * x + p('/W_h/b'));
      return f * bar + (1 - f) * h;
    };
    link.forward(array([[0.7]]));
    expect(value(link.forward(array([[-1.2]])))).toBeCloseTo(step(step(0, 0.7), -1.2), 5);
    const stateless = new StatelessMGU(1, 1);
    stateless.copyparams(link);
    expect(value(stateless.forward(array([[0.3]]), array([[2]])))).toBeCloseTo(step(0.3, 2), 5);
  });
});

describe('StatefulPeepholeLSTM', () => {
  it('shows the cell state to its gates', () => {
    const link = new StatefulPeepholeLSTM(1, 1);
    const p = numbered(link);
    let [c, h] = [0, 0];
    for (const x of [0.7, -1.2]) {
      const gate = (k: number) => p('/upward/W', k) * x + p('/upward/b', k) + p('/lateral/W', k) * h;
      const i = sigmoid(gate(1) + p('/peep_i/W') * c);
      const f = sigmoid(gate(2) + p('/peep_f/W') * c);
      c = Math.tanh(gate(0)) * i + f * c;
      h = sigmoid(gate(3) + p('/peep_o/W') * c) * Math.tanh(c);
      expect(value(link.forward(array([[x]])))).toBeCloseTo(h, 5);
    }
    expect(value(link.c)).toBeCloseTo(c, 5);
  });
});

describe('StatefulZoneoutLSTM', () => {
  it('is an LSTM in prediction', () => {
    const link = new StatefulZoneoutLSTM(2, 3);
    const plain = new LSTM(2, 3);
    plain.copyparams(link);
    usingConfig('train', false, () => {
      for (const x of [array([[0.5, -1]]), array([[2, 0.1]])])
        assertAllclose(link.forward(x), plain.forward(x).array, close);
    });
  });

  it('keeps states at random in training', () => {
    const link = new StatefulZoneoutLSTM(2, 400, { cRatio: 0, hRatio: 0.25 });
    link.setState(ones([1, 400]), ones([1, 400]).mul(9));
    const kept = (link.forward(ones([1, 2])).array.toArraySync() as number[][])[0]?.filter(
      (v) => v === 9,
    ).length;
    expect(Math.abs((kept as number) - 100)).toBeLessThan(45);
  });
});

describe('tree LSTMs', () => {
  const c = [0.4, -0.3];
  const h = [0.2, 0.6];
  const x = 0.7;
  const args = [...c, ...h, x].map((v) => array([[v]]));

  it('add up the children, each with a forget gate', () => {
    const link = new ChildSumTreeLSTM(1, 1);
    const p = numbered(link);
    const own = (k: number) => p('/W_x/W', k) * x + p('/W_x/b', k);
    const gate = (k: number) => own(k) + p('/W_h_aio/W', k) * ((h[0] as number) + (h[1] as number));
    const forget = (k: number) => sigmoid(own(3) + p('/W_h_f/W') * (h[k] as number)) * (c[k] as number);
    const next = Math.tanh(gate(0)) * sigmoid(gate(1)) + forget(0) + forget(1);
    const [cy, hy] = link.forward(...args);
    expect(value(cy)).toBeCloseTo(next, 5);
    expect(value(hy)).toBeCloseTo(sigmoid(gate(2)) * Math.tanh(next), 5);
  });

  it('have weights for each child', () => {
    const link = new NaryTreeLSTM(1, 1);
    const p = numbered(link);
    expect([...link.namedparams()].map(([path]) => path)).toEqual(['/W_x/W', '/W_x/b', '/W_h1/W', '/W_h2/W']);
    const gate = (k: number) =>
      p('/W_x/W', k) * x +
      p('/W_x/b', k) +
      p('/W_h1/W', k) * (h[0] as number) +
      p('/W_h2/W', k) * (h[1] as number);
    const next =
      Math.tanh(gate(0)) * sigmoid(gate(1)) +
      sigmoid(gate(3)) * (c[0] as number) +
      sigmoid(gate(4)) * (c[1] as number);
    const [cy, hy] = link.forward(...args);
    expect(value(cy)).toBeCloseTo(next, 5);
    expect(value(hy)).toBeCloseTo(sigmoid(gate(2)) * Math.tanh(next), 5);
  });

  it('take null for zeros, and refuse nothing at all', () => {
    const zero = array([[0]]);
    for (const link of [new ChildSumTreeLSTM(1, 1), new NaryTreeLSTM(1, 1)]) {
      const some = link.forward(args[0] as NdArray, null, null, args[3] as NdArray, null);
      const zeros = link.forward(args[0] as NdArray, zero, zero, args[3] as NdArray, zero);
      assertAllclose(some[1], zeros[1].array, close);
      expect(() => link.forward(null, null, null, null, null)).toThrow('all arguments are null');
      expect(() => link.forward(zero, zero)).toThrow('got 2 arguments');
    }
    expect(new ChildSumTreeLSTM(1, 1).forward(zero)[1].shape).toEqual([1, 1]);
    expect(() => new NaryTreeLSTM(1, 1).forward(zero)).toThrow('got 1 arguments');
    expect(() => new NaryTreeLSTM(1, 1, { nAry: 0 })).toThrow('nAry must be a positive integer');
  });
});

describe('stateful cells', () => {
  it('forget on resetState, and move their states with them', () => {
    for (const link of [
      new StatefulGRU(2, 3),
      new StatefulMGU(2, 3),
      new StatefulPeepholeLSTM(2, 3),
      new StatefulZoneoutLSTM(2, 3),
    ]) {
      for (const device of devices()) {
        link.toDevice(device.name);
        link.forward(ones([1, 2], { device }));
        expect(link.h?.array.device.name).toBe(device.name);
      }
      link.resetState();
      expect(link.h).toBeNull();
    }
  });
});
