import { camelCase } from './names.ts';
import { inCOrder, type Npy } from './npz.ts';
import { Mismatch, Unsupported } from './outcome.ts';
import { type RawArray, type Storage, sizeOf } from './raw.ts';

/**
 * The few places where the runner touches the public API other than by a case's own names.
 * Everything is looked up when it is used, so that what is not there yet makes single cases unsupported.
 */
export interface Api {
  /** The package `chainer`. */
  readonly chainer: object;
  /** Why `chainer` cannot be loaded, if so: then every case that needs it has failed. */
  readonly trouble: Error | null;
  /** The package `@chainer/xp`. */
  readonly xp: object;
  /** Whether arrays of this dtype can live on the chosen device. */
  readonly supports: (dtype: string) => boolean;
  /** Name of the chosen device. */
  readonly device: string;
  /** Whether the library reads and writes files by their paths: not in a page. */
  readonly paths: boolean;
}

type Callable = (...args: readonly unknown[]) => unknown;
type Constructor = new (...args: readonly unknown[]) => object;

const isThing = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** A property of anything. */
export const member = (owner: unknown, name: string): unknown =>
  isThing(owner) ? (owner as Record<string, unknown>)[name] : undefined;

/** What stands at a path below a namespace, with the object it is a property of. */
export function find(root: object, path: readonly string[]): { owner: unknown; value: unknown } {
  let owner: unknown = root;
  let value: unknown = root;
  for (const name of path) {
    owner = value;
    value = member(owner, name);
    if (value === undefined) throw new Unsupported(`there is no ${path.join('.')}`);
  }
  return { owner, value };
}

/** A function below a namespace, bound to its owner. */
export function findFunction(root: object, path: readonly string[]): Callable {
  const { owner, value } = find(root, path);
  if (typeof value !== 'function') throw new Unsupported(`${path.join('.')} is not a function`);
  return (...args) => Reflect.apply(value as Callable, owner, args);
}

/** A method of an object, bound to it. */
export function findMethod(owner: unknown, name: string): Callable {
  const method = member(owner, name);
  if (typeof method !== 'function') throw new Unsupported(`${className(owner)} has no method ${name}`);
  return (...args) => Reflect.apply(method as Callable, owner, args);
}

/** The constructor of a class below a namespace. */
export function findClass(root: object, path: readonly string[]): Constructor {
  const { value } = find(root, path);
  if (typeof value !== 'function') throw new Unsupported(`${path.join('.')} is not a class`);
  return value as Constructor;
}

/** Calls a method by its TypeScript name. */
export const call = (owner: unknown, name: string, ...args: readonly unknown[]): unknown =>
  findMethod(owner, name)(...args);

const className = (value: unknown): string => (isThing(value) ? value.constructor.name : String(value));

/** Loads the packages and makes a device the default one; `null` keeps the library's own choice. */
export async function loadApi(device: string | null): Promise<Api> {
  const [arrays, library] = ['@chainer/xp', 'chainer'];
  const xp = (await import(arrays as string)) as object;
  let trouble: Error | null = null;
  const chainer = (await import(library as string).catch((error: unknown) => {
    trouble = new Error(
      `the package chainer cannot be loaded: ${error instanceof Error ? error.message : error}`,
    );
    return {};
  })) as object;
  const chosen =
    device === null ? findFunction(xp, ['defaultDevice'])() : await findFunction(xp, ['getDevice'])(device);
  return apiOf({ xp, chainer, trouble, paths: true }, chosen);
}

/** The API of loaded packages; a device becomes the default one. */
export function apiOf(packages: Pick<Api, 'xp' | 'chainer' | 'trouble' | 'paths'>, chosen: unknown): Api {
  const { xp } = packages;
  findFunction(xp, ['setDefaultDevice'])(chosen);
  const toDtype = findFunction(xp, ['dtype']);
  const known = new Map<string, boolean>();
  const supports = (dtype: string): boolean => {
    if (!known.has(dtype)) known.set(dtype, Boolean(call(chosen, 'supports', toDtype(dtype))));
    return known.get(dtype) as boolean;
  };
  return { ...packages, supports, device: String(member(chosen, 'name')) };
}

// ---- arrays

export const isNdArray = (api: Api, value: unknown): boolean =>
  value instanceof findClass(api.xp, ['NdArray']);

/** An array on the default device, laid out in memory as the file has it. */
export function makeArray(api: Api, npy: Npy): unknown {
  if (npy.type === 'array' && npy.fortran && npy.shape.length > 1) {
    const { dtype, data } = npy;
    return call(makeRaw(api, { dtype, data, shape: npy.shape.toReversed() }), 'transpose');
  }
  return makeRaw(api, inCOrder(npy));
}

/** An array on the default device from elements in C order. */
export const makeRaw = (api: Api, { dtype, shape, data }: RawArray): unknown =>
  findFunction(api.xp, ['array'])(data.slice(), { dtype, shape });

export const makeComplex = (api: Api, re: number, im: number): unknown =>
  findFunction(api.xp, ['complex'])(re, im);

/** The name of a dtype, given as an object or by name. */
export const dtypeName = (dtype: unknown): string =>
  typeof dtype === 'string' ? dtype : String(member(dtype, 'name'));

/** Copies an NdArray to the host. */
export async function readArray(api: Api, array: unknown): Promise<RawArray> {
  if (!isNdArray(api, array)) throw new Mismatch(`expected an NdArray, got ${describe(array)}`);
  const dtype = dtypeName(member(array, 'dtype'));
  const shape = [...(member(array, 'shape') as readonly number[])];
  const data = (await call(array, 'data')) as Storage;
  const width = dtype.startsWith('complex') ? 2 : 1;
  if (data.length !== sizeOf(shape) * width)
    throw new Mismatch(`data() of ${dtype}[${shape}] gave ${data.length} elements`);
  return { dtype, shape, data };
}

/** Waits for all arrays in a result: what a device that is read by waiting found wrong with the data comes with reading. */
export async function settled(api: Api, result: unknown): Promise<unknown> {
  for (const part of Array.isArray(result) ? result : [result]) {
    const array = arrayOf(api, part);
    if (isNdArray(api, array)) await call(array, 'data');
  }
  return result;
}

/** A few words for what a value is. */
export const describe = (value: unknown): string => {
  if (typeof value === 'function') return `the function ${value.name}`;
  if (Array.isArray(value)) return `a JavaScript array of ${value.length}`;
  return isThing(value) ? `a ${className(value)}` : String(value);
};

// ---- variables

export const isVariable = (api: Api, value: unknown): boolean => {
  const type = member(api.chainer, 'Variable');
  return typeof type === 'function' && value instanceof type;
};

export const makeVariable = (api: Api, array: unknown, name?: string): object => {
  const Variable = findClass(api.chainer, ['Variable']);
  return name === undefined ? new Variable(array) : new Variable(array, { name });
};

/** The array of a Variable; an array itself. */
export const arrayOf = (api: Api, value: unknown): unknown =>
  isVariable(api, value) ? member(value, 'array') : value;

/** Runs a body, which must be synchronous, with configuration values. */
export function withConfig<T>(api: Api, config: Readonly<Record<string, unknown>>, body: () => T): T {
  const usingConfig = findFunction(api.chainer, ['usingConfig']);
  const wrapped = Object.entries(config).reduce<() => T>(
    (inner, [name, value]) =>
      () =>
        usingConfig(name, value, inner) as T,
    body,
  );
  return wrapped();
}

/** Gradients of outputs with respect to inputs: Variables, or null where there is no path. */
export const grad = (
  api: Api,
  outputs: readonly unknown[],
  inputs: readonly unknown[],
  options: { gradOutputs: readonly unknown[]; enableDoubleBackprop?: boolean },
): readonly unknown[] => findFunction(api.chainer, ['grad'])(outputs, inputs, options) as readonly unknown[];

// ---- links

/** The parameters of a link by the path that Chainer serializes them under. */
export const paramsOf = (link: unknown): Map<string, object> =>
  new Map(call(link, 'namedparams') as Iterable<[string, object]>);

/** A link below a link, by path; `/` is the link itself. */
export function linkAt(link: unknown, path: string): object {
  for (const [name, child] of call(link, 'namedlinks') as Iterable<[string, object]>)
    if (name === path || (path === '/' && name === '')) return child;
  throw new Mismatch(`there is no link at ${path}`);
}

/** Whether a parameter has a value yet. */
export const isInitialized = (param: object): boolean => member(param, 'isInitialized') === true;

/** Where a Python attribute stands on an object: under its own name or by the naming rule. */
export function attributeName(owner: object, python: string): string {
  const names = [python, camelCase(python)];
  const name = names.find((candidate) => candidate in owner);
  if (name === undefined) throw new Mismatch(`${className(owner)} has no attribute ${names.at(-1)}`);
  return name;
}

export const attribute = (owner: object, python: string): unknown =>
  member(owner, attributeName(owner, python));

export function setAttribute(owner: object, python: string, value: unknown): void {
  (owner as Record<string, unknown>)[attributeName(owner, python)] = value;
}

// ---- objects that Python calls

/** Calls an object that is callable in Python: as a function where it is one, else by its method. */
function invoke(callee: unknown, methods: readonly string[], ...args: readonly unknown[]): unknown {
  if (typeof callee === 'function') return callee(...args);
  const method = methods.find((name) => typeof member(callee, name) === 'function');
  if (method === undefined) throw new Mismatch(`${className(callee)} has none of ${methods.join(', ')}`);
  return call(callee, method, ...args);
}

export const callTrigger = (trigger: unknown, trainer: object): unknown =>
  invoke(trigger, ['fire', 'call', 'forward'], trainer);

export const callExtension = (extension: unknown, trainer: object): unknown =>
  invoke(extension, ['run', 'invoke', 'call'], trainer);

/** Fills an array by an initializer and returns it. */
export function applyInitializer(initializer: unknown, array: unknown): unknown {
  return invoke(initializer, ['apply'], array) ?? array;
}

/** The next batch, or null at the end. */
export function nextBatch(iterator: unknown): unknown {
  const result = call(iterator, 'next');
  if (!isThing(result) || !('done' in result)) return result ?? null;
  return result.done === true ? null : member(result, 'value');
}

/** Adds a value to a Summary; without a weight it counts once. */
export const addToSummary = (summary: unknown, value: unknown, weight: number | null): unknown =>
  weight === null ? call(summary, 'add', value) : call(summary, 'add', value, { weight });

/** The entries of a dictionary, which may be a Map or a plain object. */
export const entriesOf = (dictionary: unknown): [string, unknown][] =>
  dictionary instanceof Map ? [...dictionary] : Object.entries(dictionary as object);

/** Runs a body while reports go to an observation. */
export const reportInto = (
  api: Api,
  reporter: unknown,
  observation: Record<string, unknown>,
  body: () => unknown,
): unknown =>
  reporter === null
    ? findFunction(api.chainer, ['reportScope'])(observation, body)
    : call(reporter, 'scope', observation, body);
