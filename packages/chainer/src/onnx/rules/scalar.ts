import type { NdArray } from '@chainer/xp/functions';
import type { ElementwiseNode } from '../../core/elementwise.ts';
import type { CellNode, Slot } from '../../functions/rnn/cell.ts';
import { type Operand, writeExpression } from '../expression.ts';
import { float, type GraphBuilder } from '../graph-builder.ts';
import type { Rule, Rules } from './rule.ts';

/** Elementwise functions that ONNX has whole. */
export const elementwiseRules: Rules = {
  BatchRenormalization: (() => {
    throw new Error(
      "[onnx.export] the function 'BatchRenormalization' corrects statistics of the batch by running ones outside of functions, which has no equivalent in ONNX; export with {train: false}, or use fixedBatchRenormalization",
    );
  }) as Rule<ElementwiseNode>,
  ReLU: ((g, [x]) => g.op('Relu', [x as string])) as Rule<ElementwiseNode>,
  LeakyReLU: ((g, [x], { node }) =>
    g.op('LeakyRelu', [x as string], { alpha: float(node.scalars?.[1] as number) })) as Rule<ElementwiseNode>,
};

/** Any other, by its expression. */
export const elementwise: Rule<ElementwiseNode> = (g, names, { node, inputs, outputs: [y] }) => {
  let next = 0;
  const floating = inputs.find((x) => x.dtype.kind === 'f')?.dtype.name ?? (y as NdArray).dtype.name;
  const operands = Array.from({ length: node.declared.arity }, (_, k): Operand => {
    const scalar = node.scalars?.[k] ?? null;
    if (scalar !== null) return { name: g.scalar(scalar, floating), dtype: floating };
    const i = next++;
    return { name: names[i] as string, dtype: (inputs[i] as NdArray).dtype.name };
  });
  return writeExpression(node.label, g, node.declared.expr, operands, y as NdArray);
};

/** The gates of an array, each with one number per unit. */
function gatesOf(g: GraphBuilder, name: string, x: NdArray, { gates, layout }: Slot): Operand[] {
  const dtype = x.dtype.name;
  if (gates === 1) return [{ name, dtype }];
  const [n, width, ...rest] = x.shape as [number, number, ...number[]];
  const units = width / gates;
  if (layout === 'blocks') {
    const sizes = g.integers(new Array<number>(gates).fill(units));
    return g.ops('Split', [name, sizes], gates, { axis: 1 }).map((part) => ({ name: part, dtype }));
  }
  const apart = g.reshape(name, [n, units, gates, ...rest]);
  const ones = g.integers(new Array<number>(gates).fill(1));
  return g
    .ops('Split', [apart, ones], gates, { axis: 2 })
    .map((part) => ({ name: g.reshape(part, [n, units, ...rest]), dtype }));
}

/** Recurrent cells are expressions of their gates. */
export const cell: Rule<CellNode> = (g, names, { node, inputs, outputs }) => {
  const operands = inputs.flatMap((x, i) => gatesOf(g, names[i] as string, x, node.cell.inputs[i] as Slot));
  return node.cell.exprs.map((expr, k) =>
    writeExpression(node.label, g, expr, operands, outputs[k] as NdArray),
  );
};
