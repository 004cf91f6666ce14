import * as xp from '@chainer/xp/functions';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import * as F from '../../functions/index.ts';
import { type Attributes, at, type Operator, type Values } from './operator.ts';

/** Recurrent layers over whole sequences `[T, N, I]`. Weights have the directions first, gates below one another. */

type State = readonly Variable[];

/** One step: from the gates' shares of the input, and the state, to the next one. */
type Step = (fromX: Variable, state: State, w: Recurrence) => State;

/** What a direction's steps read: R `[G H, H]`, its bias `[G H]`, peepholes `[3 H]` or null. */
interface Recurrence {
  readonly R: Variable;
  readonly bias: Variable;
  readonly peepholes: Variable | null;
  readonly hidden: number;
}

/** How a layer differs from the others. */
interface Layer {
  readonly gates: number;
  readonly states: number;
  /** Names of the functions of a step, unless given. */
  readonly activations: readonly string[];
  readonly step: (activations: readonly ((x: Variable) => Variable)[], a: Attributes) => Step;
}

const functions: Readonly<Record<string, (x: Variable) => Variable>> = {
  relu: F.relu,
  sigmoid: F.sigmoid,
  softplus: (x) => F.softplus(x),
  tanh: F.tanh,
};

/** `h Rᵀ + b` */
const fromState = (h: Variable, { R, bias }: Recurrence): Variable =>
  F.add(F.matmul(h, R, { transb: true }), bias);

const rnn: Layer = {
  gates: 1,
  states: 1,
  activations: ['Tanh'],
  step:
    ([f]) =>
    (x, [h], w) => [(f as (x: Variable) => Variable)(F.add(x, fromState(h as Variable, w)))],
};

/** Gates z, r and the candidate. */
const gru: Layer = {
  gates: 3,
  states: 1,
  activations: ['Sigmoid', 'Tanh'],
  step: ([f, g], a) => {
    const late = a.integer('linear_before_reset', 0) === 1;
    return (x, [state], w) => {
      const h = state as Variable;
      const [R, bias] = [F.splitAxis(w.R, 3, 0), F.splitAxis(w.bias, 3, 0)];
      const [xz, xr, xh] = F.splitAxis(x, 3, 1) as [Variable, Variable, Variable];
      const part = (k: number, from: Variable): Variable =>
        fromState(from, { ...w, R: R[k] as Variable, bias: bias[k] as Variable });
      const gate = f as (x: Variable) => Variable;
      const z = gate(F.add(xz, part(0, h)));
      const r = gate(F.add(xr, part(1, h)));
      const candidate = late ? F.mul(r, part(2, h)) : part(2, F.mul(r, h));
      const next = (g as (x: Variable) => Variable)(F.add(xh, candidate));
      return [F.add(F.mul(F.sub(1, z), next), F.mul(z, h))];
    };
  },
};

/** Gates i, o, f and the candidate; peepholes of i, o, f. */
const lstm: Layer = {
  gates: 4,
  states: 2,
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  step: ([f, g, h], a) => {
    a.expect('input_forget', 0);
    return (x, [before, cell], w) => {
      const gate = f as (x: Variable) => Variable;
      const [i, o, forget, c] = F.splitAxis(F.add(x, fromState(before as Variable, w)), 4, 1) as Variable[];
      const holes = w.peepholes === null ? null : F.splitAxis(w.peepholes, 3, 0);
      const seen = (v: Variable | undefined, k: number, from: Variable): Variable =>
        holes === null ? (v as Variable) : F.add(v as Variable, F.mul(from, holes[k] as Variable));
      const old = cell as Variable;
      const kept = F.mul(gate(seen(forget, 2, old)), old);
      const next = F.add(kept, F.mul(gate(seen(i, 0, old)), (g as (x: Variable) => Variable)(c as Variable)));
      return [F.mul(gate(seen(o, 1, next)), (h as (x: Variable) => Variable)(next)), next];
    };
  },
};

/** One direction over all steps. */
function run(
  step: Step,
  xs: readonly Variable[],
  start: State,
  w: Recurrence,
  lengths: readonly number[] | null,
): { ys: Variable[]; end: State } {
  let state = start;
  const ys = xs.map((x, t) => {
    const next = step(x, state, w);
    if (lengths === null || lengths.every((n) => t < n)) {
      state = next;
      return next[0] as Variable;
    }
    // Sequences that have ended keep their state, and give nothing.
    const running = asVariable(maskOf(lengths, t, next[0] as Variable));
    const old = state;
    state = next.map((v, k) => F.add(F.mul(v, running), F.mul(old[k] as Variable, F.sub(1, running))));
    return F.mul(next[0] as Variable, running);
  });
  return { ys, end: state };
}

/** `[N, 1]`: 1 for sequences that reach step t. */
function maskOf(lengths: readonly number[], t: number, like: Variable) {
  const { dtype, device } = like.array;
  return xp.array(
    lengths.map((n) => [Number(t < n)]),
    { dtype, device },
  );
}

const layer =
  ({ gates, states, activations, step }: Layer): Operator =>
  (xs, a) => {
    a.expect('layout', 0);
    const direction = a.text('direction', 'forward');
    const directions = direction === 'bidirectional' ? 2 : 1;
    const [x, W, R] = [at(xs, 0), at(xs, 1), at(xs, 2)];
    const [steps, batch] = x.shape as [number, number, number];
    const hidden = R.shape[2] as number;
    const names = a.texts('activations') ?? new Array(directions).fill(activations).flat();
    const chosen = names.map(
      (name) => functions[name.toLowerCase()] ?? a.fail(`the activation ${name} is not understood`),
    );
    if (a.has('clip')) a.fail('clip is not understood');
    const lengths = lengthsOf(xs);
    const { dtype, device } = asArray(x);
    const zeros = (shape: number[]) => asVariable(xp.zeros(shape, { dtype, device }));
    const made: { ys: Variable[]; end: State }[] = [];
    for (let d = 0; d < directions; d++) {
      const own = (v: VariableLike | undefined): Variable | null =>
        v === undefined ? null : F.getItem(v, d);
      const bias = own(xs[3]);
      const [wb, rb] = bias === null ? [null, null] : (F.splitAxis(bias, 2, 0) as [Variable, Variable]);
      const state = Array.from({ length: states }, (_, k) => own(xs[5 + k]) ?? zeros([batch, hidden]));
      const w = { R: own(R) as Variable, bias: rb ?? zeros([gates * hidden]), peepholes: own(xs[7]), hidden };
      const fromX = (v: Variable) => {
        const product = F.matmul(v, own(W) as Variable, { transb: true });
        return wb === null ? product : F.add(product, wb);
      };
      const list = F.separate(x, { axis: 0 }).map(fromX);
      const backwards = direction === 'reverse' || d === 1;
      const functionsOf = chosen.slice(d * activations.length, (d + 1) * activations.length);
      if (backwards && lengths?.some((n) => n !== steps))
        a.fail('sequences of different lengths are not understood backwards');
      const result = run(step(functionsOf, a), backwards ? list.reverse() : list, state, w, lengths);
      made.push(backwards ? { ...result, ys: result.ys.reverse() } : result);
    }
    const Y = F.stack(
      made[0]?.ys.map((_, t) => F.stack(made.map(({ ys }) => ys[t] as Variable))) as Variable[],
    );
    const ends = Array.from({ length: states }, (_, k) => F.stack(made.map(({ end }) => end[k] as Variable)));
    return [Y, ...ends];
  };

/** Lengths of the sequences, or null where all are full. */
function lengthsOf(xs: Values): number[] | null {
  if (xs[4] === undefined) return null;
  return (asArray(xs[4]).flatScalars() as (number | bigint)[]).map(Number);
}

export const recurrentOperators: Readonly<Record<string, Operator>> = {
  GRU: layer(gru),
  LSTM: layer(lstm),
  RNN: layer(rnn),
};
