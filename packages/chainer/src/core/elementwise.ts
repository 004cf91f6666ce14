import { derive, Expr, input, lift, NdArray, type Operand } from '@chainer/xp/functions';
import { Kernel, launch, launchFresh, sameShape, usesInput } from '@chainer/xp/internal';
import { sumTo } from '../functions/math/sum-to.ts';
import { config } from './config.ts';
import { activeHooks } from './function-hook.ts';
import { FunctionNode } from './function-node.ts';
import { invalid, kindOf } from './type-check.ts';
import { Variable, type VariableLike, type VariableNode } from './variable.ts';

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
 * x.grad?.toArraySync(); // [12]
 */
export function elementwise(
  name: string,
  body: (...operands: Expr[]) => Operand,
  options: ElementwiseOptions = {},
): (...operands: ElementwiseOperand[]) => Variable {
  const expr = () => lift(body(...Array.from({ length: body.length }, (_, k) => input(k))));
  const declared = new Declaration(name, body.length, expr, options);
  return (...operands) => declared.call(operands);
}

interface Gradient {
  /** The gradient function: takes the operands, then the output, then the incoming gradient. */
  readonly function: Declaration;
  /** Whether it is the incoming gradient itself. */
  readonly identity: boolean;
  readonly zero: boolean;
}

/** What the gradients of some operands read: positions of operands, and whether the output. */
interface Reads {
  readonly inputs: readonly number[];
  readonly output: boolean;
}

const noGrad = { requiresGrad: false } as const;
const nothingRead: Reads = { inputs: [], output: false };

/** What a declared function needs to run: its expression, its kernel, and its gradients, each found when first needed. */
export class Declaration {
  readonly name: string;
  readonly label: string;
  readonly arity: number;
  readonly kernel: Kernel;
  readonly options: ElementwiseOptions;
  private readonly gradients: (Gradient | undefined)[] = [];
  private given: readonly (Operand | null)[] | null | undefined;
  /** By the set of operands that need gradients, a bit for each. */
  private readonly reads: (Reads | undefined)[] = [];
  private readonly joint: (Kernel | undefined)[] = [];

  constructor(name: string, arity: number, expr: () => Expr, options: ElementwiseOptions) {
    this.name = name;
    this.label = options.label ?? name;
    this.arity = arity;
    this.options = options;
    this.kernel = new Kernel(name, () => [expr()]);
  }

  get expr(): Expr {
    return this.kernel.exprs[0] as Expr;
  }

  call(operands: readonly ElementwiseOperand[]): Variable {
    const n = operands.length;
    if (n !== this.arity) throw new TypeError(`[${this.name}] takes ${this.arity} operands, got ${n}`);
    let needed = 0;
    let numbers = 0;
    for (let k = 0; k < n; k++) {
      const x = operands[k];
      if (x instanceof Variable) {
        if (x.requiresGrad) needed |= 1 << k;
      } else if (typeof x === 'number') numbers++;
    }
    if (!config.enableBackprop) needed = 0;
    if (needed === 0 && numbers < n && activeHooks.length === 0 && !config.debug)
      return this.compute(operands);
    if (numbers === 0)
      return new ElementwiseNode(this, null, needed).apply1(operands as readonly VariableLike[]);
    const scalars = operands.map((x) => (typeof x === 'number' ? x : null));
    const arrays = operands.filter((x): x is VariableLike => typeof x !== 'number');
    return new ElementwiseNode(this, scalars, needed).apply1(arrays);
  }

  /** The result without a place in the graph. */
  private compute(operands: readonly ElementwiseOperand[]): Variable {
    const arrays = new Array<NdArray | number>(operands.length);
    for (let k = 0; k < operands.length; k++) {
      const x = operands[k];
      if (x instanceof Variable) arrays[k] = x.array;
      else if (typeof x === 'number' || x instanceof NdArray) arrays[k] = x;
      else
        throw new TypeError(
          `[${this.name}] operand ${k} must be a Variable, an NdArray or a number, got ${kindOf(x)}; make an array with xp.array(...)`,
        );
    }
    if (config.typeCheck) this.check(arrays);
    return new Variable(launchFresh(this.kernel.program(arrays), arrays, this.name), noGrad);
  }

  /** Checks shapes, and dtypes where they matter; numbers pass. */
  check(operands: readonly (NdArray | number)[]): void {
    const any = this.options.types === 'any';
    let first: NdArray | null = null;
    for (let k = 0; k < operands.length; k++) {
      const x = operands[k] as NdArray | number;
      if (typeof x === 'number') continue;
      if (!any && x.dtype.kind !== 'f')
        this.fail(`${this.nameOf(k)} must have a floating dtype, got ${x.dtype.name}`, operands);
      if (first === null) {
        first = x;
        continue;
      }
      if (!any && x.dtype !== first.dtype) {
        const names = [operands.indexOf(first), k].map((i) => this.nameOf(i));
        this.fail(
          `${names.join(' and ')} must have the same dtype: ${first.dtype.name} != ${x.dtype.name}`,
          operands,
        );
      }
      if (!sameShape(first.shape, x.shape)) this.checkShapes(operands);
    }
  }

  private nameOf(k: number): string {
    return this.options.names?.[k] ?? `x${this.arity > 1 ? k : ''}`;
  }

  private fail(what: string, operands: readonly (NdArray | number)[]): never {
    const given = operands.flatMap((x, k) => (typeof x === 'number' ? [] : [[this.nameOf(k), x] as const]));
    return invalid(this.name, what, Object.fromEntries(given));
  }

  /** Operands of different shapes must broadcast. */
  private checkShapes(operands: readonly (NdArray | number)[]): void {
    const shapes = operands.flatMap((x) => (typeof x === 'number' ? [] : [x.shape]));
    const ndim = Math.max(...shapes.map((shape) => shape.length));
    for (let axis = 1; axis <= ndim; axis++) {
      let size = 1;
      for (const shape of shapes) {
        const d = shape[shape.length - axis] ?? 1;
        if (d === 1) continue;
        if (size !== 1 && d !== size)
          this.fail(
            `shapes do not broadcast: ${shapes.map((l) => `[${l.join(',')}]`).join(' and ')}`,
            operands,
          );
        size = d;
      }
    }
  }

  /** The gradient towards one operand. */
  gradient(k: number): Gradient {
    let known = this.gradients[k];
    if (known === undefined) {
      const e = this.derivative(k);
      known = {
        function: new Declaration(`${this.name}Grad`, this.arity + 2, () => e, { types: 'any' }),
        identity: e.op === 'input' && e.attr === this.arity + 1,
        zero: e.op === 'const' && e.attr === 0,
      };
      this.gradients[k] = known;
    }
    return known;
  }

  private derivative(k: number): Expr {
    const y = input(this.arity);
    const gy = input(this.arity + 1);
    if (this.given === undefined) {
      const operands = Array.from({ length: this.arity }, (_, i) => input(i));
      this.given = this.options.derivative?.(operands, y, gy) ?? null;
    }
    if (this.given !== null) return lift(this.given[k] ?? 0);
    const symbol = symbolIn(this.expr, k);
    return symbol === null ? lift(0) : replace(derive(this.expr, [symbol], gy)[0] as Expr, this.expr, y);
  }

  /** What the gradients of those operands read. */
  readsOf(needed: number): Reads {
    if (needed === 0) return nothingRead;
    let known = this.reads[needed];
    if (known === undefined) {
      const exprs: Expr[] = [];
      for (let k = 0; k < this.arity; k++) if (needed & (1 << k)) exprs.push(this.gradient(k).function.expr);
      const used = (k: number) => exprs.some((e) => usesInput(e, k));
      known = {
        inputs: Array.from({ length: this.arity }, (_, k) => k).filter(used),
        output: used(this.arity),
      };
      this.reads[needed] = known;
    }
    return known;
  }

  /** One kernel for several gradients at once. */
  jointKernel(needed: number, positions: readonly number[]): Kernel {
    let kernel = this.joint[needed];
    if (kernel === undefined) {
      kernel = new Kernel(
        `${this.name}Grad`,
        positions.map((k) => this.gradient(k).function.expr),
      );
      this.joint[needed] = kernel;
    }
    return kernel;
  }
}

/** The very symbol that stands for an operand in an expression, so that the derivative can be taken towards it. */
function symbolIn(expr: Expr, k: number): Expr | null {
  const seen = new Set<Expr>();
  const visit = (e: Expr): Expr | null => {
    if (seen.has(e)) return null;
    seen.add(e);
    if (e.op === 'input') return e.attr === k ? e : null;
    for (const a of e.args) {
      const found = visit(a);
      if (found !== null) return found;
    }
    return null;
  };
  return visit(expr);
}

/** The expression with one node replaced by a symbol. */
function replace(expr: Expr, node: Expr, by: Expr): Expr {
  if (node.op === 'input' || node.op === 'const') return expr;
  const memo = new Map<Expr, Expr>([[node, by]]);
  const visit = (e: Expr): Expr => {
    let r = memo.get(e);
    if (r === undefined) {
      const args = e.args.map(visit);
      r = args.every((a, i) => a === e.args[i]) ? e : new Expr(e.op, args, e.attr);
      memo.set(e, r);
    }
    return r;
  };
  return visit(expr);
}

/** An application of a declared function. */
export class ElementwiseNode extends FunctionNode {
  readonly label: string;
  readonly declared: Declaration;
  /** The plain numbers among the operands, by position; null if there are none. */
  readonly scalars: readonly (number | null)[] | null;
  /** Which operands need gradients, a bit for each position. */
  private readonly needed: number;

  constructor(declared: Declaration, scalars: readonly (number | null)[] | null, needed: number) {
    super();
    this.label = declared.label;
    this.declared = declared;
    this.scalars = scalars;
    this.needed = needed;
  }

  /** Position among all operands of the i-th array. */
  private positionOf(i: number): number {
    if (this.scalars === null) return i;
    let seen = -1;
    for (let k = 0; k < this.scalars.length; k++) if (this.scalars[k] === null && ++seen === i) return k;
    return i;
  }

  /** Which array stands at a position. */
  private arrayAt(k: number): number {
    if (this.scalars === null) return k;
    let i = 0;
    for (let p = 0; p < k; p++) if (this.scalars[p] === null) i++;
    return i;
  }

  private withScalars(arrays: readonly NdArray[]): readonly (NdArray | number)[] {
    if (this.scalars === null) return arrays;
    let next = 0;
    return this.scalars.map((s) => (s === null ? (arrays[next++] as NdArray) : s));
  }

  override checkTypes(inputs: readonly NdArray[]): void {
    this.declared.check(this.withScalars(inputs));
  }

  forward(inputs: readonly NdArray[]): readonly NdArray[] {
    const d = this.declared;
    const operands = this.withScalars(inputs);
    const y = launchFresh(d.kernel.program(operands), operands, d.name);
    if (this.needed !== 0) {
      const reads = d.readsOf(this.needed);
      if (reads.inputs.length > 0) this.retainInputs(this.arraysAmong(reads.inputs));
      if (reads.output) this.retainOutputs(first);
    }
    return [y];
  }

  private arraysAmong(positions: readonly number[]): readonly number[] {
    const { scalars } = this;
    if (scalars === null) return positions;
    return positions.filter((k) => scalars[k] === null).map((k) => this.arrayAt(k));
  }

  /** Operands of a gradient: those it reads, the output, the incoming gradient; 0 stands in for what no gradient mentions. */
  private gradientOperands(gy: Variable): ElementwiseOperand[] {
    const d = this.declared;
    const operands = new Array<ElementwiseOperand>(d.arity + 2).fill(0);
    const reads = d.readsOf(this.needed);
    for (const k of reads.inputs) operands[k] = this.scalars?.[k] ?? this.getRetainedInput(this.arrayAt(k));
    if (reads.output) operands[d.arity] = this.getRetainedOutput(0);
    operands[d.arity + 1] = gy;
    return operands;
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    const operands = this.gradientOperands(gy);
    if (targets.length > 1 && !config.enableBackprop) return this.together(targets, operands, gy);
    return targets.map((i) => this.one(i, operands, gy));
  }

  /** Several gradients by one kernel. */
  private together(
    targets: readonly number[],
    operands: readonly ElementwiseOperand[],
    gy: Variable,
  ): readonly (Variable | null)[] {
    const d = this.declared;
    let computed = 0;
    const positions: number[] = [];
    for (const i of targets) {
      const k = this.positionOf(i);
      const g = d.gradient(k);
      if (g.identity || g.zero) continue;
      computed |= 1 << k;
      positions.push(k);
    }
    if (positions.length < 2) return targets.map((i) => this.one(i, operands, gy));
    const arrays = operands.map((x) => (x instanceof Variable ? x.array : x));
    const made = launch(d.jointKernel(computed, positions).program(arrays), arrays, null, `${d.name}Grad`);
    return targets.map((i) => {
      const at = positions.indexOf(this.positionOf(i));
      return at < 0 ? this.one(i, operands, gy) : this.fit(new Variable(made[at] as NdArray, noGrad), i);
    });
  }

  private one(i: number, operands: readonly ElementwiseOperand[], gy: Variable): Variable | null {
    const g = this.declared.gradient(this.positionOf(i));
    if (g.zero) return null;
    return this.fit(g.identity ? gy : g.function.call(operands), i);
  }

  /** Sums a gradient over the axes along which its operand was broadcast. */
  private fit(g: Variable, i: number): Variable {
    return sumTo(g, (this.inputs[i] as VariableNode).shape);
  }
}

const first: readonly number[] = [0];
