import { asArray, type VariableLike } from '../../core/variable.ts';
import type { OnnxNode } from '../fields.ts';
import { elementwiseOperators } from './elementwise.ts';
import { layerOperators } from './layers.ts';
import { Attributes, type Operator, type Values } from './operator.ts';
import { recurrentOperators } from './recurrent.ts';
import { reductionOperators } from './reductions.ts';
import { shapeOperators } from './shape.ts';
import { windowOperators } from './windows.ts';

/** Operations by name. */
export const operators: Readonly<Record<string, Operator>> = {
  ...elementwiseOperators,
  ...layerOperators,
  ...recurrentOperators,
  ...reductionOperators,
  ...shapeOperators,
  ...windowOperators,
};

/** Numbers that were computed of constants stand on the host: they go to where the other numbers are. */
function beside(xs: Values): Values {
  const isNumber = (x: Values[number]) => x !== undefined && asArray(x).dtype.kind === 'f';
  const device = xs
    .filter(isNumber)
    .map((x) => asArray(x as VariableLike).device)
    .find(({ name }) => name !== 'js');
  if (device === undefined) return xs;
  return xs.map((x) =>
    isNumber(x) && asArray(x as VariableLike).device.name === 'js'
      ? asArray(x as VariableLike).to(device)
      : x,
  );
}

/** Runs one operation. */
export function operate(node: OnnxNode, xs: Values): readonly VariableLike[] {
  const operator = operators[node.opType ?? ''] as Operator;
  return [operator(beside(xs), new Attributes(node))].flat() as VariableLike[];
}
