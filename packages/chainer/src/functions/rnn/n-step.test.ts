import { array, type NdArray, ones, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { usingConfig } from '../../core/config.ts';
import type { Variable } from '../../core/install.ts';
import '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { nStepBigru } from './n-step-bigru.ts';
import { nStepBilstm } from './n-step-bilstm.ts';
import { nStepBirnn } from './n-step-birnn.ts';
import { nStepGru } from './n-step-gru.ts';
import { nStepLstm } from './n-step-lstm.ts';
import { nStepRnn } from './n-step-rnn.ts';

const [units, features, layers] = [2, 3, 2];
const lengths = [3, 2, 2, 1];
type Vector = readonly number[];
type Step = (x: Vector, h: Vector, c: Vector, pre: (k: number, v: Vector) => Vector) => [Vector, Vector];

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
const zip = (f: (...v: number[]) => number, ...vs: Vector[]): Vector =>
  (vs[0] as Vector).map((_, i) => f(...vs.map((v) => v[i] as number)));

/** One step straight from the formulas; `pre(k, v)` is `W_k v + b_k`. */
const steps: Record<'lstm' | 'gru' | 'tanh' | 'relu', Step> = {
  lstm: (x, h, c, pre) => {
    const gate = (k: number, f: (v: number) => number) => zip((a, b) => f(a + b), pre(k, x), pre(k + 4, h));
    const [i, f, a, o] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, Math.tanh), gate(3, sigmoid)];
    const next = zip((fk, ck, ik, ak) => fk * ck + ik * ak, f, c, i, a);
    return [zip((ok, ck) => ok * Math.tanh(ck), o, next), next];
  },
  gru: (x, h, c, pre) => {
    const gate = (k: number) => zip((a, b) => sigmoid(a + b), pre(k, x), pre(k + 3, h));
    const [r, z] = [gate(0), gate(1)];
    const bar = zip((a, rk, b) => Math.tanh(a + rk * b), pre(2, x), r, pre(5, h));
    return [zip((zk, bk, hk) => (1 - zk) * bk + zk * hk, z, bar, h), c];
  },
  tanh: (x, h, c, pre) => [zip((a, b) => Math.tanh(a + b), pre(0, x), pre(1, h)), c],
  relu: (x, h, c, pre) => [zip((a, b) => Math.max(0, a + b), pre(0, x), pre(1, h)), c],
};

interface Case {
  readonly kind: keyof typeof steps;
  readonly weights: number;
  readonly directions: 1 | 2;
}

/** Shapes of the arguments: states, steps, then all weights, then all biases. */
function shapesOf({ kind, weights, directions }: Case): number[][] {
  const state = [layers * directions, lengths[0] as number, units];
  const ws: number[][] = [];
  const bs: number[][] = [];
  for (let i = 0; i < layers * directions; i++)
    for (let k = 0; k < weights; k++) {
      const own = k < weights / 2 ? (i < directions ? features : units * directions) : units;
      ws.push([units, own]);
      bs.push([units]);
    }
  return [
    ...(kind === 'lstm' ? [state, state] : [state]),
    ...lengths.map((n) => [n, features]),
    ...ws,
    ...bs,
  ];
}

/** The arguments as the function takes them. */
function split<T>(args: readonly T[], { kind, weights, directions }: Case) {
  const states = kind === 'lstm' ? 2 : 1;
  const rest = args.slice(states + lengths.length);
  const group = (list: readonly T[]) =>
    Array.from({ length: layers * directions }, (_, i) => list.slice(i * weights, (i + 1) * weights));
  const half = rest.length / 2;
  return {
    hx: args[0] as T,
    cx: args[states - 1] as T,
    xs: args.slice(states, states + lengths.length),
    ws: group(rest.slice(0, half)),
    bs: group(rest.slice(half)),
  };
}

/** Sequence by sequence. */
function reference(which: Case, args: readonly NdArray[]): NdArray[] {
  const { hx, cx, xs, ws, bs } = split(
    args.map((a) => a.toArraySync() as never),
    which,
  ) as unknown as {
    hx: number[][][];
    cx: number[][][];
    xs: number[][][];
    ws: number[][][][];
    bs: number[][][];
  };
  const { directions, kind } = which;
  const width = units * directions;
  const ys = lengths.map((n) => Array.from({ length: n }, () => new Array<number>(width).fill(0)));
  const [hy, cy] = [hx.map((s) => s.map((v) => [...v])), cx.map((s) => s.map((v) => [...v]))];
  for (let n = 0; n < (lengths[0] as number); n++) {
    let input: Vector[] = xs.filter((x) => x.length > n).map((x) => x[n] as Vector);
    for (let layer = 0; layer < layers; layer++) {
      const outputs = input.map(() => [] as number[]);
      for (let d = 0; d < directions; d++) {
        const i = layer * directions + d;
        const pre = (k: number, v: Vector) =>
          (ws[i]?.[k] ?? []).map((row, j) => {
            const bias = bs[i]?.[k]?.[j] as number;
            return row.reduce((s, w, m) => s + w * (v[m] as number), bias);
          });
        let [h, c]: [Vector, Vector] = [hx[i]?.[n] as Vector, cx[i]?.[n] as Vector];
        for (let s = 0; s < input.length; s++) {
          const t = d === 0 ? s : input.length - 1 - s;
          [h, c] = steps[kind](input[t] as Vector, h, c, pre);
          outputs[t]?.splice(d * units, 0, ...h);
        }
        (hy[i] as number[][])[n] = [...h];
        (cy[i] as number[][])[n] = [...c];
      }
      input = outputs;
    }
    input.forEach((v, t) => {
      (ys[t] as number[][])[n] = [...v];
    });
  }
  const states = kind === 'lstm' ? [hy, cy] : [hy];
  return [...states, ...ys].map((v) => array(v as number[][], { dtype: 'float64', device: 'js' }));
}

const flat = (result: readonly (Variable | readonly Variable[])[]) => result.flat() as Variable[];

for (const kind of ['lstm', 'gru', 'tanh', 'relu'] as const)
  for (const directions of [1, 2] as const) {
    const which = { kind, directions, weights: { lstm: 8, gru: 6, tanh: 2, relu: 2 }[kind] };
    const apply = (...args: Variable[]): Variable[] => {
      const { hx, cx, xs, ws, bs } = split(args, which);
      if (kind === 'lstm')
        return flat((directions === 1 ? nStepLstm : nStepBilstm)(layers, 0, hx, cx, ws, bs, xs));
      if (kind === 'gru') return flat((directions === 1 ? nStepGru : nStepBigru)(layers, 0, hx, ws, bs, xs));
      const options = { activation: kind };
      return flat((directions === 1 ? nStepRnn : nStepBirnn)(layers, 0, hx, ws, bs, xs, options));
    };
    describeFunction({ describe, it }, `n steps of ${kind}, ${directions === 1 ? 'forward' : 'both ways'}`, {
      apply,
      inputs: shapesOf(which).map((shape) => ({ shape, low: -0.9, high: 0.9 })),
      outputs: lengths.length + (kind === 'lstm' ? 2 : 1),
      dtypes: kind === 'relu' ? ['float64'] : ['float32', 'float64'],
      eps: kind === 'relu' ? 1e-5 : 1e-3,
      empty: false,
      reference: (...args) => reference(which, args),
    });
  }

describe('n-step networks', () => {
  const w = [ones([2, 3]), ones([2, 2])];
  const b = [zeros([2]), zeros([2])];

  it('drop elements between layers in training only', () => {
    const deep = [w, [ones([2, 2]), ones([2, 2])]];
    const run = () =>
      nStepRnn(2, 0.9, zeros([2, 1, 2]), deep, [b, b], [ones([1, 3])])[1][0]?.array.toArraySync();
    const still = usingConfig('train', false, run);
    expect(still).toEqual(usingConfig('train', false, run));
    const seen = new Set(Array.from({ length: 20 }, () => JSON.stringify(run())));
    expect(seen.size).toBeGreaterThan(1);
  });

  it('name what does not fit', () => {
    const h = zeros([1, 2, 2]);
    const run = (xs: readonly NdArray[], hx = h) => nStepRnn(1, 0, hx, [w], [b], xs);
    expect(() => run([ones([2, 3])], zeros([2, 2, 2]))).toThrow(InvalidType);
    expect(() => run([ones([2, 3])], zeros([2, 2, 2]))).toThrow('hx must have shape [1,2,2]');
    expect(() => run([ones([2, 4])])).toThrow('ws[0][0] must have shape [2,4], got [2,3]');
    expect(() => run([ones([3, 3])])).toThrow('xs[0] has 3 sequences but hx only 2');
    expect(() => nStepRnn(1, 0, zeros([1, 1, 2]), [w], [b], [ones([1, 3]), ones([2, 3])])).toThrow(
      'sort sequences by falling length',
    );
    expect(() => nStepRnn(1, 0, h, [w], [[zeros([2])]], [ones([2, 3])])).toThrow(
      '[nStepRnn] bs[0] must have 2 entries, got 1',
    );
    expect(() => nStepRnn(1, 0, h, [w], [b], [ones([2, 3])], { activation: 'sin' as never })).toThrow(
      "activation must be 'tanh' or 'relu', got 'sin'",
    );
  });
});
