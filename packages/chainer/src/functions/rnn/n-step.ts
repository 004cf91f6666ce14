import type { NdArray } from '@chainer/xp/functions';
import { expectFloat, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { concat } from '../array/concat.ts';
import { composed, type LayerWeights, type StepCell, type StepResults } from './n-step-composed.ts';
import { networkOnDevice } from './n-step-network.ts';

function check(
  who: string,
  cell: StepCell,
  layers: number,
  directions: number,
  states: Readonly<Record<string, NdArray>>,
  ws: LayerWeights,
  bs: LayerWeights,
  xs: readonly VariableLike[],
): void {
  const hx = states.hx as NdArray;
  expectFloat(who, 'hx', hx);
  for (const [name, s] of Object.entries(states)) {
    expectNdim(who, name, s, 3);
    expectSameDtype(who, 'hx', hx, name, s);
    if (s.shape[0] !== layers * directions || s.shape.some((d, i) => d !== hx.shape[i]))
      invalid(
        who,
        `${name} must have shape [${layers * directions},${hx.shape[1]},${hx.shape[2]}] (layers · directions, batch, units), got [${s.shape.join(',')}]`,
        states,
      );
  }
  if (xs.length === 0) throw new TypeError(`[${who}] xs must hold at least one time step, got none`);
  const units = hx.shape[2] as number;
  let before = hx.shape[1] as number;
  xs.forEach((x, t) => {
    const a = asArray(x);
    const name = `xs[${t}]`;
    expectNdim(who, name, a, 2);
    expectSameDtype(who, 'hx', hx, name, a);
    const rows = a.shape[0] as number;
    if (rows > before)
      invalid(
        who,
        t === 0
          ? `xs[0] has ${rows} sequences but hx only ${before}`
          : `${name} has ${rows} sequences but the step before ${before}: sort sequences by falling length`,
        { hx, [name]: a },
      );
    before = rows;
  });
  for (const [name, list] of Object.entries({ ws, bs }))
    if (list.length !== layers * directions)
      throw new TypeError(
        `[${who}] ${name} must have ${layers * directions} entries (layers · directions), got ${list.length}`,
      );
  let features = xs[0]?.shape[1] as number;
  for (let i = 0; i < layers * directions; i++) {
    const count = 2 * cell.gates;
    for (const [name, list] of Object.entries({ ws: ws[i], bs: bs[i] }))
      if (list?.length !== count)
        throw new TypeError(`[${who}] ${name}[${i}] must have ${count} entries, got ${list?.length}`);
    for (let k = 0; k < count; k++) {
      const W = asArray(ws[i]?.[k] as VariableLike);
      const b = asArray(bs[i]?.[k] as VariableLike);
      const wide = k < cell.gates ? features : units;
      if (W.ndim !== 2 || W.shape[0] !== units || W.shape[1] !== wide)
        invalid(who, `ws[${i}][${k}] must have shape [${units},${wide}], got [${W.shape.join(',')}]`, {
          hx,
          [`ws[${i}][${k}]`]: W,
        });
      if (b.ndim !== 1 || b.shape[0] !== units)
        invalid(who, `bs[${i}][${k}] must have shape [${units}], got [${b.shape.join(',')}]`, { hx });
    }
    if ((i + 1) % directions === 0) features = units * directions;
  }
}

/** A stack of recurrent layers over sequences of different lengths. */
export function nStep(
  who: string,
  cell: StepCell,
  directions: 1 | 2,
  layers: number,
  ratio: number,
  hx: VariableLike,
  cx: VariableLike | null,
  ws: LayerWeights,
  bs: LayerWeights,
  xs: readonly VariableLike[],
): StepResults {
  const states = { hx: asArray(hx), ...(cx === null ? {} : { cx: asArray(cx) }) };
  check(who, cell, layers, directions, states, ws, bs, xs);
  const lengths = xs.map((x) => x.shape[0] as number);
  const packed: Variable = xs.length === 1 ? asVariable(xs[0] as VariableLike) : concat(xs, { axis: 0 });
  const whole = networkOnDevice(cell, directions, layers, ratio, { packed, hx, cx, ws, bs }, lengths);
  return whole ?? composed(cell, directions, layers, ratio, { packed, hx, cx, ws, bs }, lengths);
}
