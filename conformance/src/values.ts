import { type Api, findClass, findFunction, makeArray, makeComplex, makeVariable, member } from './api.ts';
import {
  callOf,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  numbersOf,
  onlyKeys,
  stringOf,
} from './json.ts';
import { camelCase } from './names.ts';
import type { Npz } from './npz.ts';
import { FormatError } from './outcome.ts';

/** Whether the array of this key is given as a Variable. */
export type Wrap = (key: string, dtype: string) => boolean;

const specials: { readonly [name: string]: number } = {
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

/** The number of `{"float": NAME}`. */
export function specialFloat(name: Json | undefined): number {
  const value = specials[stringOf(name, 'float')];
  if (value === undefined) throw new FormatError(`no such float: ${JSON.stringify(name)}`);
  return value;
}

/** A slice as the index grammar writes it: `[1, 3, null]` is `1:3`. */
export function sliceText(parts: Json | undefined): string {
  const [start, stop, step, ...rest] = listOf(parts, 'slice');
  if (stop === undefined || rest.length > 0) throw new FormatError(`slice of ${JSON.stringify(parts)}`);
  const text = `${start ?? ''}:${stop ?? ''}`;
  return step === undefined || step === null ? text : `${text}:${step}`;
}

/** The class of each value that is an object made by its constructor: where it is below `chainer`. */
const classes: { readonly [key: string]: readonly string[] } = {
  initializer: ['initializers'],
  link: ['links'],
  hook: ['optimizerHooks'],
};

/**
 * Turns the value forms of the format into arguments.
 * One decoder serves one run of a case: the same KEY is the same array, the same Variable.
 */
export class Decoder {
  readonly #api: Api;
  readonly #store: Npz;
  readonly #wrap: Wrap;
  /** Where `{"function": NAME}` looks. */
  readonly #functions: object;
  /** What was made of each KEY. */
  readonly made = new Map<string, unknown>();

  constructor(api: Api, store: Npz, wrap: Wrap = () => false, functions?: object) {
    this.#api = api;
    this.#store = store;
    this.#wrap = wrap;
    this.#functions = functions ?? (member(api.chainer, 'functions') as object);
  }

  /** The array KEY, as an NdArray or as a Variable. */
  array(key: string): unknown {
    if (this.made.has(key)) return this.made.get(key);
    const npy = readKey(this.#store, key);
    const array = makeArray(this.#api, npy);
    const value = this.#wrap(key, npy.dtype) ? makeVariable(this.#api, array) : array;
    this.made.set(key, value);
    return value;
  }

  /** A value of the table in the format's description. */
  value(value: Json): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (!isObject(value)) return value;
    const [key, ...more] = Object.keys(value).filter((name) => name !== 'args' && name !== 'options');
    if (key === undefined || more.length > 0)
      throw new FormatError(`no such value: ${JSON.stringify(value)}`);
    const place = classes[key];
    if (place !== undefined) return this.construct(value, key, place);
    onlyKeys(value, `${key}`, `value ${JSON.stringify(value)}`);
    const content = value[key] as Json;
    const form = this.#forms[key];
    if (form === undefined) throw new FormatError(`no such value: ${JSON.stringify(value)}`);
    return form(content);
  }

  readonly #forms: { readonly [key: string]: (content: Json) => unknown } = {
    array: (key) => this.array(stringOf(key, 'array')),
    list: (items) => listOf(items, 'list').map((item) => this.value(item)),
    float: specialFloat,
    slice: sliceText,
    ellipsis: () => '...',
    newaxis: () => null,
    dtype: (name) => stringOf(name, 'dtype'),
    complex: (parts) => {
      const [re = 0, im = 0] = numbersOf(parts, 'complex');
      return makeComplex(this.#api, re, im);
    },
    function: (name) => functionObject(this.#functions, stringOf(name, 'function')),
    bytes: (key) => bytesOf(this.#store, stringOf(key, 'bytes')),
  };

  /** `{KEY: NAME, args, options}`: an object of that class. */
  construct(value: JsonObject, key: string, place: readonly string[]): unknown {
    onlyKeys(value, `${key} args options`, `${key} ${JSON.stringify(value[key])}`);
    const Class = findClass(this.#api.chainer, [...place, stringOf(value[key], key)]);
    return new Class(...this.arguments(value));
  }

  /** Positional arguments, and one trailing options object where there are options. */
  arguments(object: JsonObject): unknown[] {
    const { args, options } = callOf(object, 'arguments');
    const decoded = args.map((arg) => this.value(arg));
    const names = Object.keys(options);
    return names.length === 0 ? decoded : [...decoded, this.options(options)];
  }

  /** Named values. */
  options(options: JsonObject): Record<string, unknown> {
    return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, this.value(value)]));
  }
}

function functionObject(functions: object, name: string): unknown {
  findFunction(functions, [camelCase(name)]);
  return member(functions, camelCase(name));
}

/** The entry KEY of the case file's `.npz`; a key that is not there is an error in the file. */
export function readKey(store: Npz, key: string): ReturnType<Npz['get']> {
  if (!store.has(key)) throw new FormatError(`the .npz has no array ${key}`);
  return store.get(key);
}

/** The bytes that the array KEY holds. */
export function bytesOf(store: Npz, key: string): Uint8Array {
  const npy = readKey(store, key);
  if (npy.type !== 'array') throw new FormatError(`${key} holds no bytes`);
  const { buffer, byteOffset, byteLength } = npy.data;
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

/** The keys of all arrays in a value. */
export function arrayKeys(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(arrayKeys);
  if (!isObject(value)) return [];
  if (typeof value.array === 'string') return [value.array];
  return Object.values(value).flatMap(arrayKeys);
}

/** The dtypes that values name by `{"dtype": NAME}`. */
export function namedDtypes(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namedDtypes);
  if (!isObject(value)) return [];
  if (typeof value.dtype === 'string') return [value.dtype];
  return Object.values(value).flatMap(namedDtypes);
}
