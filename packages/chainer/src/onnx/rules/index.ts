import { ElementwiseNode } from '../../core/elementwise.ts';
import type { FunctionNode } from '../../core/function-node.ts';
import { CellNode } from '../../functions/rnn/cell.ts';
import { arrayRules } from './array.ts';
import { connectionRules } from './connection.ts';
import { layerRules } from './layers.ts';
import { mathRules } from './math.ts';
import type { Rule } from './rule.ts';
import { cell, elementwise, elementwiseRules } from './scalar.ts';

/** Every function that ONNX has an equivalent of, by its label. Elementwise functions and recurrent cells need no entry. */
const rules: Readonly<Record<string, Rule<never>>> = {
  ...arrayRules,
  ...connectionRules,
  ...layerRules,
  ...mathRules,
};

/** The rule of a function, or null. */
export function ruleOf(node: FunctionNode): Rule<FunctionNode> | null {
  const found =
    node instanceof ElementwiseNode
      ? (elementwiseRules[node.label] ?? elementwise)
      : node instanceof CellNode
        ? cell
        : (rules[node.label] ?? null);
  return found as Rule<FunctionNode> | null;
}
