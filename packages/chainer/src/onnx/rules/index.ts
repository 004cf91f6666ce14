import { NdArray } from '@chainer/xp/functions';
import { ElementwiseNode } from '../../core/elementwise.ts';
import type { FunctionNode } from '../../core/function-node.ts';
import { LinearMap } from '../../core/linear-map.ts';
import { GetItem } from '../../functions/array/get-item.ts';
import { Permutate } from '../../functions/array/permutate.ts';
import { ScatterAdd } from '../../functions/array/scatter-add.ts';
import { SoftmaxCrossEntropy } from '../../functions/loss/softmax-cross-entropy.ts';
import { CooMatMul } from '../../functions/math/sparse-matmul.ts';
import { MaxPoolingGrad } from '../../functions/pooling/max-pooling-nd.ts';
import { RoiAverageAlign } from '../../functions/pooling/roi-average-align2d.ts';
import { RoiAverage } from '../../functions/pooling/roi-average-pooling2d.ts';
import { RoiMax } from '../../functions/pooling/roi-max.ts';
import { RoiMaxAlign } from '../../functions/pooling/roi-max-align2d.ts';
import { CellNode } from '../../functions/rnn/cell.ts';
import { arrayRules } from './array.ts';
import { connectionRules } from './connection.ts';
import { evaluationRules } from './evaluation.ts';
import { layerRules } from './layers.ts';
import { linalgRules } from './linalg.ts';
import { mathRules } from './math.ts';
import { placeRules } from './places.ts';
import { regionRules } from './regions.ts';
import type { Rule } from './rule.ts';
import { cell, elementwise, elementwiseRules } from './scalar.ts';

/** Every function that ONNX has an equivalent of, by its label. Elementwise functions and recurrent cells need no entry. */
const rules: Readonly<Record<string, Rule<never>>> = {
  ...arrayRules,
  ...connectionRules,
  ...layerRules,
  ...mathRules,
  ...linalgRules,
  ...placeRules,
  ...regionRules,
  ...evaluationRules,
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

/** Arrays that a function reads besides its inputs, and that may be computed, too: indices, regions. */
export function readsOf(node: FunctionNode): readonly NdArray[] {
  if (node instanceof GetItem || node instanceof ScatterAdd)
    return node.index.filter((i) => i instanceof NdArray);
  if (node instanceof Permutate || node instanceof MaxPoolingGrad) return [node.indices];
  if (node instanceof CooMatMul) return [node.at.row, node.at.col];
  if (node instanceof SoftmaxCrossEntropy) return node.weight === null ? [] : [node.weight];
  if (!(node instanceof LinearMap)) return [];
  const { operator } = node;
  if (operator instanceof RoiMaxAlign || operator instanceof RoiAverageAlign)
    return [operator.geometry.rois, operator.geometry.images];
  if (operator instanceof RoiMax || operator instanceof RoiAverage)
    return [operator.source.rois, operator.source.images].filter((x) => x !== null);
  return [];
}
