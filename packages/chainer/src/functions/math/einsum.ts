import { type NdArray, einsum as xpEinsum } from '@chainer/xp/functions';
import { FunctionNode } from '../../core/function-node.ts';
import { describe, expectFloat, expectSameDtype } from '../../core/type-check.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { broadcastTo } from '../array/broadcast-to.ts';
import { diagonal } from '../array/diagonal.ts';
import { reshape } from '../array/reshape.ts';
import { sumTo } from './sum-to.ts';

/** One label for each axis; no label twice. */
type Labels = readonly string[];

export class EinSum extends FunctionNode {
  readonly label = 'EinSum';
  readonly terms: readonly Labels[];
  readonly output: Labels;

  constructor(terms: readonly Labels[], output: Labels) {
    super();
    this.terms = terms;
    this.output = output;
  }

  override checkTypes(xs: readonly NdArray[]): void {
    const first = xs[0] as NdArray;
    expectFloat('einsum', 'x0', first);
    xs.forEach((x, i) => {
      expectSameDtype('einsum', 'x0', first, `x${i}`, x);
    });
  }

  forward(xs: readonly NdArray[]): readonly NdArray[] {
    this.retainInputs(xs.map((_, i) => i));
    return [xpEinsum(subscripts(this.terms, this.output), ...xs)];
  }

  /** The gradient of a factor is the sum of products of the others and gy, spread over axes that were summed away alone. */
  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    const xs = this.getRetainedInputs();
    return targets.map((i) => {
      const own = this.terms[i] as Labels;
      const terms = [this.output, ...this.terms.filter((_, k) => k !== i)];
      const factors = [gy, ...xs.filter((_, k) => k !== i)];
      const shape = (xs[i] as Variable).shape;
      const met = own.filter((l) => terms.some((t) => t.includes(l)));
      const g = new EinSum(terms, met).apply1(factors);
      const spread = own.map((l) => (met.includes(l) ? (g.shape[met.indexOf(l)] as number) : 1));
      const full = spread.map((d, k) => (d === 1 ? (shape[k] as number) : d));
      return sumTo(broadcastTo(reshape(g, spread), full), shape);
    });
  }
}

/** The text that the array library reads, with letters for labels. */
export function subscripts(terms: readonly Labels[], output: Labels): string {
  const letters = new Map<string, string>();
  const letter = (label: string): string => {
    let known = letters.get(label);
    if (known === undefined) {
      const k = letters.size;
      known = String.fromCharCode(k < 26 ? 97 + k : 39 + k);
      letters.set(label, known);
    }
    return known;
  };
  const text = (labels: Labels) => labels.map(letter).join('');
  return `${terms.map(text).join()}->${text(output)}`;
}

function wrong(what: string): never {
  throw new RangeError(`[einsum] ${what}`);
}

/** Labels of one term, the axes of its ellipsis counted from the last. */
function labelsOf(term: readonly string[], ndim: number): string[] {
  const at = term.indexOf('...');
  const named = term.length - (at >= 0 ? 1 : 0);
  if (at < 0 ? named !== ndim : named > ndim)
    wrong(`'${term.join('')}' names ${named} axes but the operand has ${ndim}`);
  if (at < 0) return [...term];
  const hidden = Array.from({ length: ndim - named }, (_, i) => `...${ndim - named - 1 - i}`);
  return [...term.slice(0, at), ...hidden, ...term.slice(at + 1)];
}

/** `'...j'` as `['...', 'j']`. */
function parse(text: string): string[] {
  return text.replaceAll(' ', '').match(/\.\.\.|./g) ?? [];
}

/** Operands of the sublist form: arrays and lists of labels in turn, a list for the output at the end. */
function fromSublists(operands: readonly unknown[]): {
  xs: VariableLike[];
  terms: string[][];
  output: string[] | null;
} {
  const names = (list: unknown): string[] => {
    if (!Array.isArray(list)) wrong('after each array comes the list of its labels');
    return (list as (number | string)[]).map((l) => (l === '...' ? '...' : `#${l}`));
  };
  const xs: VariableLike[] = [];
  const terms: string[][] = [];
  for (let k = 0; k + 1 < operands.length; k += 2) {
    xs.push(operands[k] as VariableLike);
    terms.push(names(operands[k + 1]));
  }
  return { xs, terms, output: operands.length % 2 === 1 ? names(operands[operands.length - 1]) : null };
}

function fromText(
  text: string,
  xs: readonly VariableLike[],
): { xs: VariableLike[]; terms: string[][]; output: string[] | null } {
  const [left, right, ...more] = text.split('->') as [string, ...string[]];
  if (more.length > 0) wrong(`'${text}' has more than one '->'`);
  return {
    xs: [...xs],
    terms: left.split(',').map(parse),
    output: right === undefined ? null : parse(right),
  };
}

/**
 * Sum of products after Einstein: axes of one label meet, labels that the result does not name are summed over.
 *
 * @param operands the subscripts (`'ij,jk->ik'`) and the arrays, or arrays and lists of labels in turn; an ellipsis stands for any axes
 * @throws {RangeError} if the subscripts make no sense or do not fit the arrays.
 * @throws {InvalidType} if dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.einsum('ij,jk->ik', new Variable(xp.ones([2, 3])), xp.ones([3, 4])).shape; // [2, 4]
 */
export function einsum(
  ...operands: readonly (string | VariableLike | readonly (number | string)[])[]
): Variable {
  const [head] = operands;
  const { xs, terms, output } =
    typeof head === 'string' ? fromText(head, operands.slice(1) as VariableLike[]) : fromSublists(operands);
  if (xs.length === 0) wrong('takes at least one array, got none');
  if (xs.length !== terms.length)
    wrong(`the subscripts name ${terms.length} operands but ${xs.length} were given`);
  const labels = terms.map((t, i) => labelsOf(t, (xs[i] as VariableLike).shape.length));
  const all = labels.flat();
  const hidden = Math.max(0, ...all.filter((l) => l.startsWith('...')).map((l) => Number(l.slice(3)) + 1));
  if (output !== null && hidden > 0 && !output.includes('...'))
    wrong('the output must have the ellipsis of the operands: it cannot be summed over');
  const ellipsis = Array.from({ length: hidden }, (_, i) => `...${hidden - 1 - i}`);
  const result =
    output === null
      ? [
          ...ellipsis,
          ...[...new Set(all)]
            .filter((l) => !l.startsWith('...') && all.indexOf(l) === all.lastIndexOf(l))
            .sort(),
        ]
      : output.flatMap((l) => (l === '...' ? ellipsis : [l]));
  for (const l of result) if (!all.includes(l)) wrong(`the output names '${l}', which no operand has`);
  if (new Set(result).size !== result.length) wrong('the output names a label twice');
  const sizes = new Map<string, number>();
  labels.forEach((t, i) => {
    t.forEach((l, a) => {
      const d = (xs[i] as VariableLike).shape[a] as number;
      const before = sizes.get(l) ?? d;
      const broadcasts = l.startsWith('...') && (d === 1 || before === 1);
      if (d !== before && !broadcasts)
        wrong(
          `label '${l.replace('#', '')}' has sizes ${before} and ${d} (x${i}: ${describe(asArray(xs[i] as VariableLike))})`,
        );
      sizes.set(l, Math.max(before, d));
    });
  });
  const distinct = xs.map((x, i) => withoutDiagonals(x, labels[i] as string[]));
  return new EinSum(
    distinct.map((d) => d.labels),
    result,
  ).apply1(distinct.map((d) => d.x));
}

/** A label that stands twice at one operand names its diagonal. */
function withoutDiagonals(x: VariableLike, labels: string[]): { x: VariableLike; labels: string[] } {
  const twice = labels.findIndex((l, i) => labels.indexOf(l) !== i);
  if (twice < 0) return { x, labels };
  const first = labels.indexOf(labels[twice] as string);
  const rest = labels.filter((_, i) => i !== first && i !== twice);
  return withoutDiagonals(diagonal(asVariable(x), { axis1: first, axis2: twice }), [
    ...rest,
    labels[twice] as string,
  ]);
}
