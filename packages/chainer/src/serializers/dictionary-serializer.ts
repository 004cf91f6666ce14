import { NdArray } from '@chainer/xp/functions';
import type { Serializable, Serializer } from '../core/serializer.ts';
import { Variable } from '../core/variable.ts';

/**
 * Writes an object's values into a map, under slash-separated keys without a leading slash: `predictor/l1/W`. Arrays are not copied.
 *
 * @example
 * import { links as L } from 'chainer';
 * import { DictionarySerializer } from 'chainer/serializers';
 * const serializer = new DictionarySerializer();
 * new L.Linear(3, 2).serialize(serializer);
 * [...serializer.target.keys()].sort().join(); // 'W,b'
 */
export class DictionarySerializer implements Serializer {
  readonly writing = true;
  /** What was written so far. */
  readonly target: Map<string, Serializable>;
  private readonly path: string;

  constructor(target: Map<string, Serializable> = new Map(), path = '') {
    this.target = target;
    this.path = path;
  }

  child(name: string): DictionarySerializer {
    return new DictionarySerializer(this.target, `${this.path}${withoutSlash(name)}/`);
  }

  value<T extends Serializable>(key: string, current: T): T {
    const name = this.path + withoutSlash(key);
    if (!isSerializable(current)) {
      throw new TypeError(
        `[DictionarySerializer] '${name}' is ${current instanceof Variable ? 'a Variable; give its .array' : `a ${typeof current}`}: only arrays, numbers, booleans, texts and null can be saved`,
      );
    }
    this.target.set(name, current);
    return current;
  }

  has(_key: string): boolean {
    return false;
  }
}

const withoutSlash = (key: string): string => (key.startsWith('/') ? key.slice(1) : key);

const isSerializable = (value: unknown): value is Serializable =>
  value === null || value instanceof NdArray || ['number', 'boolean', 'string'].includes(typeof value);
