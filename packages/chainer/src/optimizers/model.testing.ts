import * as xp from '@chainer/xp';
import { Chain } from '../core/chain.ts';
import { Parameter } from '../core/parameter.ts';
import type { Serializable, Serializer } from '../core/serializer.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { sum } from '../functions/math/sum.ts';

/** Two parameters, `a` of ones and `b` of twos. */
export class Model extends Chain {
  a = new Parameter(1, [2], { name: 'a' });
  b = new Parameter(2, [3], { name: 'b' });
  forward(x: xp.NdArray) {
    return sum(mul(this.a, x));
  }
}

/** Sets all gradients to one value. */
export const setGrads = (model: Model, value = 1) => {
  for (const p of model.params()) p.grad = xp.ones(p.shape).mul(value);
};
/** Elements of a parameter. */
export const values = (p: Parameter) => p.array.toArraySync();

/** A serializer over a map. */
export class MapSerializer implements Serializer {
  readonly writing: boolean;
  private readonly map: Map<string, unknown>;
  private readonly prefix: string;
  constructor(map: Map<string, unknown>, writing: boolean, prefix = '') {
    this.map = map;
    this.writing = writing;
    this.prefix = prefix;
  }
  child(name: string): Serializer {
    return new MapSerializer(this.map, this.writing, `${this.prefix}${name}/`);
  }
  has(key: string): boolean {
    return this.map.has(this.prefix + key);
  }
  value<T extends Serializable>(key: string, current: T): T {
    const path = this.prefix + key;
    if (!this.writing) {
      if (!this.map.has(path)) throw new Error(`no key ${path}`);
      const stored = this.map.get(path);
      return (stored instanceof xp.NdArray && typeof current === 'number' ? stored.itemSync() : stored) as T;
    }
    this.map.set(path, current instanceof xp.NdArray ? current.copy() : current);
    return current;
  }
}
