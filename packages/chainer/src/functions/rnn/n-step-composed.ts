import type { RecurrentForm } from '@chainer/xp/internal';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { concat } from '../array/concat.ts';
import { separate } from '../array/separate.ts';
import { splitAxis } from '../array/split-axis.ts';
import { stack } from '../array/stack.ts';
import { linear } from '../connection/linear.ts';
import { dropout } from '../noise/dropout.ts';

/** Weights (or biases) of every layer and direction: `ws[layer · directions + direction][k]`. */
export type LayerWeights = readonly (readonly VariableLike[])[];

/** What distinguishes one kind of recurrent network from another. */
export interface StepCell {
  /** What devices call it that compute whole networks. */
  readonly kind: RecurrentForm['cell'];
  /** Number of gates: a layer has that many input weights, then as many recurrent ones. */
  readonly gates: number;
  /** One time step, from the states and both parts of the gates `[N, gates · D]`, gate by gate, to the new output and cell state. */
  step(
    h: Variable,
    c: Variable | null,
    fromInput: Variable,
    fromState: Variable,
  ): [Variable, Variable | null];
}

/** States of all sequences, of which only the first rows take part in a time step. */
class State {
  private active: Variable;
  private rest: Variable | null = null;

  constructor(all: Variable) {
    this.active = all;
  }

  /** The states of the first `batch` sequences. */
  take(batch: number): Variable {
    const rows = this.active.shape[0] as number;
    if (batch < rows) {
      const [kept, tail] = splitAxis(this.active, [batch], 0) as [Variable, Variable];
      this.active = kept;
      this.rest = this.rest === null ? tail : concat([tail, this.rest], { axis: 0 });
    } else if (batch > rows && this.rest !== null) {
      const missing = batch - rows;
      if (missing === this.rest.shape[0]) {
        this.active = concat([this.active, this.rest], { axis: 0 });
        this.rest = null;
      } else {
        const [head, tail] = splitAxis(this.rest, [missing], 0) as [Variable, Variable];
        this.active = concat([this.active, head], { axis: 0 });
        this.rest = tail;
      }
    }
    return this.active;
  }

  set(next: Variable): void {
    this.active = next;
  }

  all(): Variable {
    return this.rest === null ? this.active : concat([this.active, this.rest], { axis: 0 });
  }
}

/** What a network reads: `packed` has the rows of all time steps behind each other. */
export interface StepInputs {
  readonly packed: Variable;
  readonly hx: VariableLike;
  readonly cx: VariableLike | null;
  readonly ws: LayerWeights;
  readonly bs: LayerWeights;
}

export interface StepResults {
  readonly hy: Variable;
  readonly cy: Variable | null;
  readonly ys: Variable[];
}

/** One layer in one direction: the input's part of all gates in one product, then step by step. */
function run(
  cell: StepCell,
  packed: VariableLike,
  lengths: readonly number[],
  hx: Variable,
  cx: Variable | null,
  w: readonly VariableLike[],
  b: readonly VariableLike[],
  backwards: boolean,
): { hs: Variable[]; h: Variable; c: Variable | null } {
  const join = (list: readonly VariableLike[]) => concat(list, { axis: 0 });
  const { gates } = cell;
  const input = linear(packed, join(w.slice(0, gates)), join(b.slice(0, gates)));
  const [W, bias] = [join(w.slice(gates)), join(b.slice(gates))];
  let end = 0;
  const ends = lengths.map((n) => {
    end += n;
    return end;
  });
  const steps = splitAxis(input, ends.slice(0, -1), 0);
  const h = new State(hx);
  const c = cx === null ? null : new State(cx);
  const hs = new Array<Variable>(lengths.length);
  for (let k = 0; k < lengths.length; k++) {
    const t = backwards ? lengths.length - 1 - k : k;
    const batch = lengths[t] as number;
    const before = h.take(batch);
    const [next, nextCell] = cell.step(
      before,
      c?.take(batch) ?? null,
      steps[t] as Variable,
      linear(before, W, bias),
    );
    h.set(next);
    if (nextCell !== null) c?.set(nextCell);
    hs[t] = next;
  }
  return { hs, h: h.all(), c: c?.all() ?? null };
}

/** Step after step, by functions; `lengths`: sequences at each time step. */
export function composed(
  cell: StepCell,
  directions: 1 | 2,
  layers: number,
  ratio: number,
  { packed: first, hx, cx, ws, bs }: StepInputs,
  lengths: readonly number[],
): StepResults {
  const hxs = separate(hx);
  const cxs = cx === null ? null : separate(cx);
  const [hys, cys]: [Variable[], Variable[]] = [[], []];
  let packed = first;
  let ys: Variable[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const both = Array.from({ length: directions }, (_, direction) => {
      const i = layer * directions + direction;
      const input = layer === 0 ? packed : dropout(packed, { ratio });
      const { hs, h, c } = run(
        cell,
        input,
        lengths,
        hxs[i] as Variable,
        cxs?.[i] ?? null,
        ws[i] as readonly VariableLike[],
        bs[i] as readonly VariableLike[],
        direction === 1,
      );
      hys.push(h);
      if (c !== null) cys.push(c);
      return hs;
    });
    ys =
      directions === 1
        ? (both[0] as Variable[])
        : lengths.map((_, t) => concat(both.map((hs) => hs[t] as Variable)));
    if (layer + 1 < layers) packed = ys.length === 1 ? (ys[0] as Variable) : concat(ys, { axis: 0 });
  }
  return { hy: stack(hys), cy: cxs === null ? null : stack(cys), ys };
}
