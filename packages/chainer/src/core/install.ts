import { argmax as xpArgmax } from '@chainer/xp';
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
import { backward, unchainBackward } from './backward.ts';
import { Variable } from './variable.ts';
import type { VariableMethods } from './variable-methods.ts';

/** The methods of Variable: put on the prototype here and nowhere else, so that functions may build on Variable without a cycle. */

function flat(shape: readonly (number | readonly number[])[]): readonly number[] {
  return shape.flat() as number[];
}

const methods: Omit<VariableMethods, 'T' | 'storage'> & ThisType<Variable> = {
  backward(options) {
    backward([this], null, options);
  },
  unchainBackward() {
    unchainBackward(this);
  },
  addgrad(other) {
    let g = other.gradVar;
    if (g === null) return;
    if (g.array.device !== this.array.device) g = new Variable(g.array.to(this.array.device));
    this.gradVar = this.gradVar === null ? g : add(this.gradVar, g);
  },
  copydata(other) {
    this.array.setAt(other.array, '...');
  },
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
  item() {
    return this.array.item();
  },
  itemSync() {
    return this.array.itemSync();
  },
  toArray() {
    return this.array.toArray();
  },
  toArraySync() {
    return this.array.toArraySync();
  },
  toString() {
    const name = this.name === null ? '' : ` ${this.name}`;
    return `variable${name}(${this.array.toString().replaceAll('\n', '\n         ')})`;
  },
  release() {
    this.array.release();
  },
};

Object.defineProperties(Variable.prototype, {
  ...Object.fromEntries(
    Object.entries(methods).map(([name, value]) => [name, { value, writable: true, configurable: true }]),
  ),
  T: {
    get(this: Variable) {
      return transpose(this);
    },
    configurable: true,
  },
  storage: {
    get(this: Variable) {
      return this.array.storage;
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

export { Variable };
