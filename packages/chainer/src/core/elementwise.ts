import { derive, type Expr, input, lift, type NdArray, type Operand } from '@chainer/xp';
import { Kernel, launch, launchFresh, sameShape, substitute, usesInput } from '@chainer/xp/internal';
import { sumTo } from '../functions/math/sum-to.ts';
import { config } from './config.ts';
import { FunctionNode } from './function-node.ts';
import { invalid } from './type-check.ts';
import { Variable, type VariableLike } from './variable.ts';

/** How an elementwise function departs from the rule. */
export interface ElementwiseOptions {
  /**
   * The gradient, where a form in terms of the output `y` is better or a kink needs a convention: from the operands, the output
   * and the incoming gradient to one expression per operand (null for none). Left out, it is derived.
   */
  readonly derivative?: (operands: readonly Expr[], y: Expr, gy: Expr) => readonly (Operand | null)[];
  /** Which dtypes are taken: floating ones of one kind (the rule), or any. */
  readonly types?: 'float' | 'any';
  /** Name in drawings of the graph, where upstream's differs. */
  readonly label?: string;
  /** Names of the operands in errors. */
  readonly names?: readonly string[];
}

/** An operand of an elementwise function: a variable, an array, or a plain number, which has no gradient. */
export type ElementwiseOperand = VariableLike | number;

/**
 * Declares a differentiable function by its scalar expression. Operands broadcast; gradients of every order follow from the
 * expression. The function is one kernel forward and one kernel per gradient, on every device.
 *
 * @example
 * import { elementwise, Variable, xp } from 'chainer';
 * const cube = elementwise('cube', (x) => x.mul(x).mul(x));
 * const x = new Variable(xp.array([2]));
 * cube(x).backward();
 * x.grad.toArraySync(); // [12]
 */
export function elementwise(
  name: string,
  body: (...operands: Expr[]) => Operand,
  options: ElementwiseOptions = {},
): (...operands: ElementwiseOperand[]) => Variable {
  const declared = new Declaration(
    name,
    body.length,
    lift(body(...Array.from({ length: body.length }, (_, k) => input(k)))),
    options,
  );
  return (...operands) => declared.call(operands);
}

interface Gradient {
  /** The gradient function: takes the operands, then the output, then the incoming gradient. */
  readonly function: Declaration;
  /** Whether it is the incoming gradient itself. */
  readonly identity: boolean;
  readonly zero: boolean;
}

/** What a declared function needs to run: its expression, its kernel, and its gradients, found when first needed. */
class Declaration {
  readonly name: string;
  readonly arity: number;
  readonly expr: Expr;
  readonly kernel: Kernel;
  readonly options: ElementwiseOptions;
  private found: readonly Gradient[] | null = null;
  /** Operands (and the output, at position `arity`) that some gradient reads. */
  private reads: { readonly inputs: readonly number[]; readonly output: boolean } | null = null;
  private readonly joint = new Map<string, Kernel>();

  constructor(name: string, arity: number, expr: Expr, options: ElementwiseOptions) {
    this.name = name;
    this.arity = arity;
    this.expr = expr;
    this.options = options;
    this.kernel = new Kernel(name, [expr]);
  }

  call(operands: readonly ElementwiseOperand[]): Variable {
    if (operands.length !== this.arity)
      throw new TypeError(`[${this.name}] takes ${this.arity} operands, got ${operands.length}`);
    let scalars: (number | null)[] | null = null;
    const variables: VariableLike[] = [];
    for (let k = 0; k < operands.length; k++) {
      const x = operands[k] as ElementwiseOperand;
      if (typeof x === 'number') {
        scalars ??= new Array<number | null>(operands.length).fill(null);
        scalars[k] = x;
      } else variables.push(x);
    }
    return new ElementwiseNode(this, scalars).apply1(variables);
  }

  get gradients(): readonly Gradient[] {
    if (this.found === null) {
      const y = input(this.arity);
      const gy = input(this.arity + 1);
      const operands = Array.from({ length: this.arity }, (_, k) => input(k));
      const given = this.options.derivative?.(operands, y, gy);
      const symbols = inputsOf(this.expr, this.arity);
      const exprs = given
        ? given.map((g) => (g === null ? lift(0) : lift(g)))
        : derive(this.expr, symbols, gy).map((g) => replace(g, this.expr, y));
      this.found = exprs.map((e) => ({
        function: new Declaration(`${this.name}Grad`, this.arity + 2, e, { types: 'any' }),
        identity: e.op === 'input' && e.attr === this.arity + 1,
        zero: e.op === 'const' && e.attr === 0,
      }));
    }
    return this.found;
  }

  get retained(): { readonly inputs: readonly number[]; readonly output: boolean } {
    if (this.reads === null) {
      const used = (k: number) => this.gradients.some((g) => usesInput(g.function.expr, k));
      this.reads = {
        inputs: Array.from({ length: this.arity }, (_, k) => k).filter(used),
        output: used(this.arity),
      };
    }
    return this.reads;
  }

  /** One kernel for several gradients at once. */
  jointKernel(targets: readonly number[]): Kernel {
    const key = targets.join();
    let kernel = this.joint.get(key);
    if (kernel === undefined) {
      kernel = new Kernel(
        `${this.name}Grad`,
        targets.map((k) => (this.gradients[k] as Gradient).function.expr),
      );
      this.joint.set(key, kernel);
    }
    return kernel;
  }
}

/** The very input symbols that occur in an expression, so that derivatives can be taken towards them. */
function inputsOf(expr: Expr, arity: number): Expr[] {
  const found: (Expr | undefined)[] = [];
  const seen = new Set<Expr>();
  const visit = (e: Expr): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.op === 'input') found[e.attr as number] = e;
    for (const a of e.args) visit(a);
  };
  visit(expr);
  return Array.from({ length: arity }, (_, k) => found[k] ?? input(k));
}

/** The expression with one node replaced by a symbol. */
function replace(expr: Expr, node: Expr, by: Expr): Expr {
  if (node.op === 'input' || node.op === 'const') return expr;
  const memo = new Map<Expr, Expr>([[node, by]]);
  const visit = (e: Expr): Expr => {
    let r = memo.get(e);
    if (r === undefined) {
      r = e.args.length > 0 ? rebuild(e, e.args.map(visit)) : e;
      memo.set(e, r);
    }
    return r;
  };
  return visit(expr);
}

function rebuild(e: Expr, args: readonly Expr[]): Expr {
  if (args.every((a, i) => a === e.args[i])) return e;
  return substitute({ ...e, args } as Expr, []);
}

/** An application of a declared function. */
class ElementwiseNode extends FunctionNode {
  readonly label: string;
  private readonly declared: Declaration;
  /** The plain numbers among the operands, by position; null if there are none. */
  private readonly scalars: readonly (number | null)[] | null;

  constructor(declared: Declaration, scalars: readonly (number | null)[] | null) {
    super();
    this.label = declared.options.label ?? declared.name;
    this.declared = declared;
    this.scalars = scalars;
  }

  /** Position among all operands of the i-th array input. */
  private positionOf(i: number): number {
    if (this.scalars === null) return i;
    let seen = -1;
    for (let k = 0; k < this.scalars.length; k++) if (this.scalars[k] === null && ++seen === i) return k;
    return i;
  }

  private withScalars<T>(arrays: readonly T[]): (T | number)[] {
    if (this.scalars === null) return arrays as T[];
    let next = 0;
    return this.scalars.map((s) => (s === null ? (arrays[next++] as T) : s));
  }

  override checkTypes(inputs: readonly NdArray[]): void {
    const first = inputs[0];
    if (first === undefined) return;
    for (let i = 1; i < inputs.length; i++)
      if (!sameShape(first.shape, (inputs[i] as NdArray).shape)) this.checkShapes(inputs);
    if (this.declared.options.types === 'any') return;
    const name = (i: number) => this.nameOf(i, inputs.length);
    for (let i = 0; i < inputs.length; i++) {
      const x = inputs[i] as NdArray;
      if (x.dtype.kind !== 'f')
        invalid(this.declared.name, `${name(i)} must have a floating dtype, got ${x.dtype.name}`, {
          [name(i)]: x,
        });
      if (x.dtype !== first.dtype) {
        invalid(
          this.declared.name,
          `${name(0)} and ${name(i)} must have the same dtype: ${first.dtype.name} != ${x.dtype.name}`,
          { [name(0)]: first, [name(i)]: x },
        );
      }
    }
  }

  private nameOf(i: number, count: number): string {
    return this.declared.options.names?.[this.positionOf(i)] ?? `x${count > 1 ? i : ''}`;
  }

  /** Operands of different shapes must broadcast. */
  private checkShapes(inputs: readonly NdArray[]): void {
    const ndim = Math.max(...inputs.map((x) => x.ndim));
    for (let axis = 1; axis <= ndim; axis++) {
      let size = 1;
      for (const x of inputs) {
        const d = x.shape[x.ndim - axis] ?? 1;
        if (d !== 1 && size !== 1 && d !== size) {
          const given = Object.fromEntries(inputs.map((a, i) => [this.nameOf(i, inputs.length), a]));
          invalid(
            this.declared.name,
            `shapes do not broadcast: ${inputs.map((a) => `[${a.shape.join(',')}]`).join(' and ')}`,
            given,
          );
        }
        if (d !== 1) size = d;
      }
    }
  }

  forward(inputs: readonly NdArray[]): readonly NdArray[] {
    const operands = this.withScalars(inputs);
    const y = [launchFresh(this.declared.kernel.program(operands), operands, this.declared.name)];
    if (config.enableBackprop) {
      const { inputs: read, output } = this.declared.retained;
      if (read.length > 0) {
        const indices: number[] = [];
        for (let i = 0; i < inputs.length; i++) if (read.includes(this.positionOf(i))) indices.push(i);
        this.retainInputs(indices);
        this.kept = indices;
      }
      if (output) this.retainOutputs([0]);
    }
    return y;
  }

  private kept: readonly number[] = [];

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    const d = this.declared;
    // Operands that no gradient reads are stood in for by 0: the expressions do not mention them.
    const operands: ElementwiseOperand[] = new Array<ElementwiseOperand>(d.arity + 2).fill(0);
    if (this.scalars !== null)
      this.scalars.forEach((s, k) => {
        if (s !== null) operands[k] = s;
      });
    for (const i of this.kept) operands[this.positionOf(i)] = this.getRetainedInput(i);
    if (d.retained.output) operands[d.arity] = this.getRetainedOutput(0);
    operands[d.arity + 1] = gy;
    const positions = targets.map((i) => this.positionOf(i));
    if (!config.enableBackprop && targets.length > 1) {
      const computed = positions.filter(
        (k) => !(d.gradients[k] as Gradient).identity && !(d.gradients[k] as Gradient).zero,
      );
      if (computed.length > 1) {
        const arrays = operands.map((x) => (x instanceof Variable ? x.array : x));
        const kernel = d.jointKernel(computed);
        const made = launch(kernel.program(arrays), arrays, null, `${d.name}Grad`);
        return targets.map((i, t) => {
          const at = computed.indexOf(positions[t] as number);
          return this.fit(
            at >= 0
              ? new Variable(made[at] as NdArray, { requiresGrad: false })
              : this.one(positions[t] as number, operands, gy),
            i,
          );
        });
      }
    }
    return targets.map((i, t) => this.fit(this.one(positions[t] as number, operands, gy), i));
  }

  private one(position: number, operands: readonly ElementwiseOperand[], gy: Variable): Variable | null {
    const g = this.declared.gradients[position] as Gradient;
    if (g.zero) return null;
    return g.identity ? gy : g.function.call(operands);
  }

  /** Sums a gradient over the axes along which its operand was broadcast. */
  private fit(g: Variable | null, i: number): Variable | null {
    const x = this.inputs[i];
    if (g === null || !x) return null;
    return sumTo(g, x.shape);
  }
}
