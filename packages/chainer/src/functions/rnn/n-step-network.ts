import type { NdArray } from '@chainer/xp/functions';
import { emptyOn, filledOn, type RecurrentArrays, type RecurrentForm, uint8 } from '@chainer/xp/internal';
import { isTracing } from '../../computational-graph/trace.ts';
import { grad } from '../../core/backward.ts';
import { config, forceBackpropMode } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { asArray, asVariable, Variable, type VariableLike } from '../../core/variable.ts';
import { concat } from '../array/concat.ts';
import { splitAxis } from '../array/split-axis.ts';
import { dropout } from '../noise/dropout.ts';
import { composed, type StepCell, type StepInputs, type StepResults } from './n-step-composed.ts';

/** Inputs in a row: what is read, states, weights of all layers, then all biases. */
function listed({ packed, hx, cx, ws, bs }: StepInputs): VariableLike[] {
  return [packed, hx, ...(cx === null ? [] : [cx]), ...ws.flat(), ...bs.flat()];
}

/** The same, taken apart again. */
function parts<T>(list: readonly T[], form: RecurrentForm) {
  const states = form.cell === 'lstm' ? 2 : 1;
  const half = (list.length - 1 - states) / 2;
  const [x, h] = list as unknown as [T, T];
  const weights = list.slice(1 + states, 1 + states + half);
  return { x, h, c: states === 2 ? (list[2] as T) : null, weights, biases: list.slice(1 + states + half) };
}

/**
 * A recurrent network that the device computes as a whole. Its gradient is the device's, too; where gradients of gradients are asked for, or
 * the gradient a second time, the steps are run by functions, whose gradients have gradients.
 */
class NStepNetwork extends FunctionNode {
  readonly label: string;
  private readonly cell: StepCell;
  private readonly form: RecurrentForm;
  /** Bytes that the gradient reads; null: there will be none. */
  private readonly bytes: number | null;
  private space: NdArray | null = null;

  constructor(cell: StepCell, form: RecurrentForm, bytes: number | null) {
    super();
    this.label = `NStep${form.directions === 2 ? 'Bi' : ''}${form.cell.toUpperCase()}`;
    this.cell = cell;
    this.form = form;
    this.bytes = bytes;
  }

  forward(list: readonly NdArray[]): readonly NdArray[] {
    const { form } = this;
    const inputs = parts(list, form);
    const { x, h, c } = inputs;
    const y = emptyOn(x.device, [x.shape[0] as number, form.units * form.directions], x.dtype);
    const results = {
      y,
      h: emptyOn(x.device, h.shape, h.dtype),
      c: c && emptyOn(x.device, c.shape, c.dtype),
    };
    if (this.bytes !== null) {
      this.space = emptyOn(x.device, [this.bytes], uint8);
      this.retainInputs(list.map((_, i) => i));
      this.retainOutputs([0]);
    }
    x.device.kernels.recurrent?.(form, inputs, results, this.space);
    return [y, results.h, ...(results.c === null ? [] : [results.c])];
  }

  override release(): void {
    super.release();
    this.space?.storage.abandon();
    this.space = null;
  }

  override backward(
    targets: readonly number[],
    gradients: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    const { form, space } = this;
    if (config.enableBackprop || space === null) return this.backwardByFunctions(targets, gradients);
    // The kernel changes the space.
    this.space = null;
    const list = this.getRetainedInputs().map((x) => x.array);
    const y = this.getRetainedOutput(0).array;
    const [gy, gh, gc] = gradients.map((g) => g?.array ?? null);
    const results = list.map((x) => emptyOn(x.device, x.shape, x.dtype));
    const given = { y: gy ?? filledOn(y.device, y.shape, y.dtype, 0), h: gh ?? null, c: gc ?? null };
    const inputs: RecurrentArrays = parts(list, form);
    y.device.kernels.recurrentGrad?.(form, inputs, y, given, space, parts(results, form));
    // What a static graph records stays.
    if (!space.storage.kept) space.storage.release();
    return targets.map((i) => new Variable(results[i] as NdArray, { requiresGrad: false }));
  }

  private backwardByFunctions(
    targets: readonly number[],
    gradients: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    const { cell, form } = this;
    const double = config.enableBackprop;
    return forceBackpropMode(() => {
      // Without gradients of gradients the graph ends at the inputs.
      const list = this.getRetainedInputs().map((x, i) =>
        double || !targets.includes(i) ? x : new Variable(x.array),
      );
      const { x, h, c, weights, biases } = parts(list, form);
      const rows = <T>(all: readonly T[]) =>
        Array.from({ length: form.layers * form.directions }, (_, i) =>
          all.slice(2 * cell.gates * i, 2 * cell.gates * (i + 1)),
        );
      const inputs = { packed: x, hx: h, cx: c, ws: rows(weights), bs: rows(biases) };
      const { ys, hy, cy } = composed(cell, form.directions, form.layers, 0, inputs, form.steps);
      const outputs = [concat(ys, { axis: 0 }), hy, ...(cy === null ? [] : [cy])];
      const used = outputs.filter((_, k) => gradients[k]);
      return grad(
        used,
        targets.map((i) => list[i] as Variable),
        { gradOutputs: gradients.filter((g) => g !== null), enableDoubleBackprop: double },
      );
    });
  }
}

/** Applies a network of those layers. Null: the device has none. */
function apply(cell: StepCell, directions: 1 | 2, inputs: StepInputs, steps: readonly number[]) {
  const list = listed(inputs);
  const { device, dtype, shape } = inputs.packed.array;
  const units = asArray(inputs.hx).shape[2] as number;
  const layers = inputs.ws.length / directions;
  const form = { cell: cell.kind, layers, directions, inputs: shape[1] as number, units, steps };
  const bytes = device.recurrentSpace?.(form, dtype) ?? null;
  if (bytes === null) return null;
  const learns = config.enableBackprop && list.some((x) => x instanceof Variable && x.requiresGrad);
  const [y, hy, cy] = new NStepNetwork(cell, form, learns ? bytes : null).apply(list);
  return { y: y as Variable, hy: hy as Variable, cy: cy ?? null };
}

/**
 * The network by the device, where it computes such networks as a whole, and nobody asks for its steps. What is dropped between layers is drawn as
 * everywhere: layers are then applied one by one, if in one direction (in two, each has a mask of its own).
 */
export function networkOnDevice(
  cell: StepCell,
  directions: 1 | 2,
  layers: number,
  ratio: number,
  inputs: StepInputs,
  steps: readonly number[],
): StepResults | null {
  const { packed, hx, cx, ws, bs } = inputs;
  const { device } = packed.array;
  if (device.recurrentSpace === undefined || config.debug || isTracing()) return null;
  const h = asArray(hx);
  if (packed.array.size === 0 || h.size === 0 || steps[0] !== h.shape[1]) return null;
  const same = (x: VariableLike) => asArray(x).dtype === h.dtype && asArray(x).device === device;
  if (!listed(inputs).every(same)) return null;
  // Where a time step has no sequence the network has ended.
  if (steps.includes(0)) return null;
  const drops = ratio > 0 && config.train && layers > 1;
  if (drops && directions === 2) return null;
  const ends = (y: Variable) => {
    let end = 0;
    const places = steps.slice(0, -1).map((n) => {
      end += n;
      return end;
    });
    return places.length === 0 ? [y] : splitAxis(y, places, 0);
  };
  if (!drops) {
    const found = apply(cell, directions, inputs, steps);
    return found && { hy: found.hy, cy: found.cy, ys: ends(found.y) };
  }
  const layerOf = (x: VariableLike) => splitAxis(asVariable(x), layers, 0);
  const [hxs, cxs] = [layerOf(hx), cx && layerOf(cx)];
  const found: { y: Variable; hy: Variable; cy: Variable | null }[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const below = found.at(-1)?.y;
    const one = apply(
      cell,
      1,
      {
        packed: below === undefined ? packed : dropout(below, { ratio }),
        hx: hxs[layer] as Variable,
        cx: cxs === null ? null : (cxs[layer] as Variable),
        ws: ws.slice(layer, layer + 1),
        bs: bs.slice(layer, layer + 1),
      },
      steps,
    );
    if (one === null) return null;
    found.push(one);
  }
  const last = found.at(-1) as (typeof found)[number];
  return {
    hy: concat(
      found.map((one) => one.hy),
      { axis: 0 },
    ),
    cy:
      cx === null
        ? null
        : concat(
            found.map((one) => one.cy as Variable),
            { axis: 0 },
          ),
    ys: ends(last.y),
  };
}
