import { elementwise } from '../../core/elementwise.ts';
import type { Variable } from '../../core/variable.ts';
import { cell, plain } from './cell.ts';
import type { StepCell } from './n-step-composed.ts';

const blocks = (gates: number) => ({ gates, layout: 'blocks' }) as const;

const lstm = cell(
  'NStepLSTM',
  [plain, blocks(4), blocks(4)],
  [plain, plain],
  (c, xi, xf, xa, xo, hi, hf, ha, ho) => {
    const next = xa.add(ha).tanh().mul(xi.add(hi).sigmoid()).add(xf.add(hf).sigmoid().mul(c));
    return [xo.add(ho).sigmoid().mul(next.tanh()), next];
  },
);

const gru = cell('NStepGRU', [plain, blocks(3), blocks(3)], [plain], (h, xr, xz, x, hr, hz, u) => {
  const z = xz.add(hz).sigmoid();
  const bar = x.add(xr.add(hr).sigmoid().mul(u)).tanh();
  return [bar.add(z.mul(h.sub(bar)))];
});

const activations = {
  tanh: elementwise('nStepRnn', (x, h) => x.add(h).tanh(), { label: 'NStepRNNTanh' }),
  relu: elementwise('nStepRnn', (x, h) => x.add(h).max(0), {
    label: 'NStepRNNReLU',
    derivative: (_, y, gy) => [y.gt(0).where(gy, 0), y.gt(0).where(gy, 0)],
  }),
} as const;

/** Names of the activations of plain recurrent networks. */
export type StepActivation = keyof typeof activations;

/** Long short-term memory; gates i, f, a, o. */
export const lstmCell: StepCell = {
  kind: 'lstm',
  gates: 4,
  step: (_, c, fromInput, fromState) =>
    lstm.apply([c as Variable, fromInput, fromState]) as [Variable, Variable],
};

/** Gated recurrent unit; gates r, z, h. */
export const gruCell: StepCell = {
  kind: 'gru',
  gates: 3,
  step: (h, _, fromInput, fromState) => [gru.apply([h, fromInput, fromState])[0] as Variable, null],
};

/** Plain recurrent network. @throws {RangeError} for an unknown activation. */
export function rnnCell(who: string, activation: StepActivation): StepCell {
  const f = activations[activation];
  if (!f || !Object.hasOwn(activations, activation))
    throw new RangeError(
      `[${who}] activation must be ${Object.keys(activations)
        .map((a) => `'${a}'`)
        .join(' or ')}, got '${String(activation)}'`,
    );
  return {
    kind: activation,
    gates: 1,
    step: (_, __, fromInput, fromState) => [f(fromInput, fromState), null],
  };
}
