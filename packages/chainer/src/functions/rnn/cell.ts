import { derive, type Expr, input, lift, NdArray } from '@chainer/xp/functions';
import { emptyOn, Kernel, launch } from '@chainer/xp/internal';
import { FunctionNode } from '../../core/function-node.ts';
import { Variable, type VariableLike } from '../../core/variable.ts';
import { zerosBeside } from '../array/views.ts';

/** How an array takes part in a cell: its axis 1 holds `gates` gates, one unit's next to each other or gate by gate. */
export interface Slot {
  readonly gates: number;
  readonly layout: 'interleaved' | 'blocks';
}

/** An array that holds one number per unit. */
export const plain: Slot = { gates: 1, layout: 'blocks' };

/**
 * A recurrent cell as scalar expressions of its gates: one kernel for all results, and one for all gradients. The gradient is a cell
 * again, so that gradients of every order exist.
 */
export class Cell {
  readonly label: string;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  readonly kernel: Kernel;
  readonly symbols: readonly Expr[];
  readonly exprs: readonly Expr[];
  private derived: Cell | null = null;

  constructor(
    label: string,
    inputs: readonly Slot[],
    outputs: readonly Slot[],
    symbols: readonly Expr[],
    exprs: readonly Expr[],
  ) {
    this.label = label;
    this.inputs = inputs;
    this.outputs = outputs;
    this.symbols = symbols;
    this.exprs = exprs;
    this.kernel = new Kernel(label, exprs);
  }

  /** The cell that computes the gradients of the inputs from the inputs and the gradients of the outputs. */
  get gradient(): Cell {
    if (this.derived === null) {
      const incoming = symbolsOf(this.outputs, this.symbols.length);
      const parts = this.exprs.map((e, k) => derive(e, this.symbols, incoming[k] as Expr));
      const exprs = this.symbols.map((_, i) =>
        parts.map((p) => p[i] as Expr).reduce((a, b) => a.add(b), lift(0)),
      );
      this.derived = new Cell(
        `${this.label}Grad`,
        [...this.inputs, ...this.outputs],
        this.inputs,
        [...this.symbols, ...incoming],
        exprs,
      );
    }
    return this.derived;
  }

  /** Applies the cell. */
  apply(inputs: readonly VariableLike[]): Variable[] {
    return new CellNode(this).apply(inputs);
  }
}

/** Declares a cell: `body` takes the symbols of all gates, input by input, and gives the results, output by output. */
export function cell(
  label: string,
  inputs: readonly Slot[],
  outputs: readonly Slot[],
  body: (...gates: Expr[]) => readonly Expr[],
): Cell {
  const symbols = symbolsOf(inputs, 0);
  return new Cell(label, inputs, outputs, symbols, body(...symbols));
}

function symbolsOf(slots: readonly Slot[], from: number): Expr[] {
  const count = slots.reduce((n, s) => n + s.gates, 0);
  return Array.from({ length: count }, (_, k) => input(from + k));
}

/** The gates of an array as views, each with one number per unit. */
function gatesOf(x: NdArray, { gates, layout }: Slot): NdArray[] {
  if (gates === 1) return [x];
  const units = (x.shape[1] as number) / gates;
  const shape = x.shape.slice();
  shape[1] = units;
  const step = x.steps[1] as number;
  const steps = x.steps.slice();
  if (layout === 'interleaved') steps[1] = step * gates;
  const apart = layout === 'interleaved' ? step : step * units;
  return Array.from(
    { length: gates },
    (_, k) => new NdArray(x.storage, x.dtype, shape, steps, x.offset + k * apart),
  );
}

export class CellNode extends FunctionNode {
  readonly label: string;
  readonly cell: Cell;

  constructor(cell: Cell) {
    super();
    this.cell = cell;
    this.label = cell.label;
  }

  forward(inputs: readonly NdArray[]): readonly NdArray[] {
    const { cell } = this;
    this.retainInputs(inputs.map((_, i) => i));
    const operands = inputs.flatMap((x, i) => gatesOf(x, cell.inputs[i] as Slot));
    const first = operands[0] as NdArray;
    const results = cell.outputs.map((slot) => {
      const shape = first.shape.slice();
      shape[1] = (shape[1] as number) * slot.gates;
      return emptyOn(first.device, shape, first.dtype);
    });
    const places = results.flatMap((y, k) => gatesOf(y, cell.outputs[k] as Slot));
    launch(cell.kernel.program(operands), operands, places, cell.label);
    return results;
  }

  override backward(
    targets: readonly number[],
    gys: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    const known = gys.find((g) => g !== null);
    if (!known) return targets.map(() => null);
    const incoming = gys.map(
      (g, k) => g ?? nothing(known.array, (this.outputs[k] as { shape: readonly number[] }).shape),
    );
    return this.cell.gradient.apply([...this.getRetainedInputs(), ...incoming]);
  }
}

/** Zeros of a shape, in one element. */
function nothing(beside: NdArray, shape: readonly number[]): Variable {
  const zero = zerosBeside(beside, []);
  return new Variable(new NdArray(zero.storage, zero.dtype, shape, new Array<number>(shape.length).fill(0)), {
    requiresGrad: false,
  });
}
