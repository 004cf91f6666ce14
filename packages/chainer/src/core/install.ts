import { argmax as xpArgmax } from '@chainer/xp/functions';
import { getItem } from '../functions/array/get-item.ts';
import { reshape } from '../functions/array/reshape.ts';
import { transpose } from '../functions/array/transpose.ts';
import { absolute } from '../functions/math/absolute.ts';
import { add } from '../functions/math/add.ts';
import { div, floordiv, mul, pow, sub } from '../functions/math/arithmetic.ts';
import { average } from '../functions/math/average.ts';
import { matmul } from '../functions/math/matmul.ts';
import { max, min } from '../functions/math/minmax.ts';
import { neg } from '../functions/math/neg.ts';
import { sum } from '../functions/math/sum.ts';
import './install-graph.ts';
import { putMethods } from './put-methods.ts';
import { Variable } from './variable.ts';
import type { VariableMethods } from './variable-methods.ts';

/** The methods of Variable that calculate: put on the prototype here and nowhere else, so that functions may build on Variable without a cycle. */

function flat(shape: readonly (number | readonly number[])[]): readonly number[] {
  return shape.flat() as number[];
}

const methods: Omit<VariableMethods, 'T'> & ThisType<Variable> = {
  add(y) {
    return add(this, y);
  },
  sub(y) {
    return sub(this, y);
  },
  mul(y) {
    return mul(this, y);
  },
  div(y) {
    return div(this, y);
  },
  floordiv(y) {
    return floordiv(this, y);
  },
  pow(y) {
    return pow(this, y);
  },
  neg() {
    return neg(this);
  },
  abs() {
    return absolute(this);
  },
  matmul(y) {
    return matmul(this, y);
  },
  reshape(...shape) {
    return reshape(this, flat(shape));
  },
  transpose(...axes) {
    return transpose(this, axes.length > 0 ? { axes: flat(axes) } : {});
  },
  sum(options) {
    return sum(this, options);
  },
  mean(options) {
    return average(this, options);
  },
  max(options) {
    return max(this, options);
  },
  min(options) {
    return min(this, options);
  },
  argmax(axis = null) {
    return new Variable(xpArgmax(this.array, { axis }), { requiresGrad: false });
  },
  at(...index) {
    return getItem(this, index as Parameters<typeof getItem>[1]);
  },
  toString() {
    const name = this.name === null ? '' : ` ${this.name}`;
    return `variable${name}(${this.array.toString().replaceAll('\n', '\n         ')})`;
  },
};

putMethods(methods);
Object.defineProperties(Variable.prototype, {
  T: {
    get(this: Variable) {
      return transpose(this);
    },
    configurable: true,
  },
  [Symbol.for('nodejs.util.inspect.custom')]: {
    value(this: Variable) {
      return this.toString();
    },
    writable: true,
    configurable: true,
  },
});

declare module './variable.ts' {
  interface Variable extends VariableMethods {}
}

export { Variable };
