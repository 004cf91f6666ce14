import type { Api } from '../api.ts';
import { kindOf, type RawArray, type Storage } from '../raw.ts';

/** A library of a few functions, to see how the runner takes right, wrong and missing ones. */
export class NdArray {
  readonly dtype: { readonly name: string };
  readonly shape: readonly number[];
  readonly raw: Storage;

  constructor(dtype: string, shape: readonly number[], raw: Storage) {
    this.dtype = { name: dtype };
    this.shape = shape;
    this.raw = raw;
  }

  async data(): Promise<Storage> {
    return this.raw.slice();
  }

  transpose(): NdArray {
    const [rows = 0, columns = 0] = this.shape;
    const turned = this.raw.slice();
    for (let i = 0; i < turned.length; i++)
      turned[i] = this.raw[(i % rows) * columns + Math.floor(i / rows)] as never;
    return new NdArray(this.dtype.name, [columns, rows], turned);
  }

  at(index: number): NdArray {
    const value = this.raw[index];
    if (value === undefined) throw new RangeError(`[at] index ${index} is outside [0, ${this.raw.length})`);
    return new NdArray(this.dtype.name, [], this.raw.slice(index, index + 1));
  }

  setAt(value: number, index: number): void {
    this.raw[index] = value as never;
  }

  get ndim(): number {
    return this.shape.length;
  }
}

const map = (x: NdArray, f: (value: number, i: number) => number): NdArray => {
  const raw = x.raw.slice();
  for (let i = 0; i < raw.length; i++) raw[i] = f(Number(raw[i]), i) as never;
  return new NdArray(x.dtype.name, x.shape, raw);
};

const product = (x: NdArray, y: NdArray): NdArray => map(x, (value, i) => value * Number(y.raw[i]));
const sum = (x: NdArray, y: NdArray): NdArray => map(x, (value, i) => value + Number(y.raw[i]));

export class InvalidType extends Error {}

class Variable {
  array: NdArray;
  readonly parents: readonly Variable[];
  readonly pull: (gy: Variable) => readonly Variable[];
  grad: NdArray | null = null;

  constructor(
    array: NdArray,
    parents: readonly Variable[] = [],
    pull = (_: Variable): readonly Variable[] => [],
  ) {
    this.array = array;
    this.parents = parents;
    this.pull = pull;
  }

  backward(): void {
    const leaves = new Set<Variable>();
    const visit = (v: Variable): void => {
      if (v.parents.length === 0) leaves.add(v);
      v.parents.forEach(visit);
    };
    visit(this);
    const inputs = [...leaves];
    const found = grad([this], inputs, { gradOutputs: [new Variable(this.grad as NdArray)] });
    for (const [i, leaf] of inputs.entries()) leaf.grad = found[i]?.array ?? null;
  }
}

const toVariable = (x: Variable | NdArray): Variable => (x instanceof Variable ? x : new Variable(x));

const multiply = (x: Variable | NdArray, y: Variable | NdArray): Variable => {
  const [a, b] = [toVariable(x), toVariable(y)];
  return new Variable(product(a.array, b.array), [a, b], (g) => [multiply(g, b), multiply(g, a)]);
};

const plus = (x: Variable, y: Variable): Variable =>
  new Variable(sum(x.array, y.array), [x, y], (g) => [g, g]);

function grad(
  outputs: readonly Variable[],
  inputs: readonly Variable[],
  { gradOutputs }: { gradOutputs: readonly Variable[] },
): (Variable | null)[] {
  const wanted = new Map<Variable, Variable | null>(inputs.map((x) => [x, null]));
  const visit = (v: Variable, g: Variable): void => {
    const before = wanted.get(v);
    if (before !== undefined) wanted.set(v, before === null ? g : plus(before, g));
    const below = v.parents.length === 0 ? [] : v.pull(g);
    for (const [i, parent] of v.parents.entries()) visit(parent, below[i] as Variable);
  };
  for (const [i, y] of outputs.entries()) visit(y, gradOutputs[i] as Variable);
  return inputs.map((x) => wanted.get(x) ?? null);
}

const settings: Record<string, unknown> = { train: true };

const functions = {
  square: (argument: Variable | NdArray, { negative = false } = {}) => {
    const x = toVariable(argument);
    if (x.array.dtype.name === 'int32') throw new InvalidType('[square] x must be floating, got int32');
    const y = multiply(x, x);
    return negative
      ? multiply(
          y,
          map(y.array, () => -1),
        )
      : y;
  },
  /** Both halves of a pair. */
  squareAndCube: (x: Variable) => [multiply(x, x), [multiply(multiply(x, x), x)]],
  onlyInTraining: (x: Variable) => (settings.train ? multiply(x, x) : x),
  wrongGradient: (x: Variable) => new Variable(product(x.array, x.array), [x], (g) => [g]),
  breaks: () => {
    throw new Error('broken inside');
  },
};

/** Initialised later where it is made of null. */
class Parameter extends Variable {
  readonly initial: NdArray | null;
  updateRule: UpdateRule | null = null;

  constructor(initial: NdArray | null) {
    super(initial as NdArray);
    this.initial = initial;
  }

  get isInitialized(): boolean {
    return this.array !== null;
  }

  get shape(): readonly number[] {
    return this.array.shape;
  }

  cleargrad(): void {
    this.grad = null;
  }
}

interface UpdateRule {
  enabled: boolean;
  t: number;
  readonly hyperparam: { lr: number };
  state: Record<string, NdArray> | null;
}

class Chain {
  namedparams(): [string, Parameter][] {
    return Object.entries(this)
      .filter((e): e is [string, Parameter] => e[1] instanceof Parameter)
      .map(([name, p]) => [`/${name}`, p]);
  }

  namedlinks(): [string, Chain][] {
    return [['/', this]];
  }

  cleargrads(): void {
    for (const [, p] of this.namedparams()) p.cleargrad();
  }
}

/** `y = x·W`, which counts its calls in `N` and keeps the last result. */
class Scale extends Chain {
  W: Parameter;
  N = 0;
  lastResult: Variable | null = null;

  constructor(W: NdArray | null) {
    super();
    this.W = new Parameter(W);
  }

  forward(argument: Variable | NdArray): Variable {
    const x = toVariable(argument);
    if (x.array.dtype.name === 'int32') throw new InvalidType('[mul] x must be floating, got int32');
    if (!this.W.isInitialized) this.W.array = map(x.array, () => 0);
    this.N++;
    this.lastResult = multiply(x, this.W);
    return this.lastResult;
  }

  resetState(): void {
    this.lastResult = null;
  }
}

class SGD {
  readonly lr: number;
  readonly #rates = { lr: 0 };
  #target: Chain | null = null;

  constructor({ lr = 0.5 } = {}) {
    this.lr = lr;
  }

  setup(link: Chain): void {
    this.#target = link;
    for (const [, p] of link.namedparams())
      p.updateRule = {
        enabled: true,
        t: 0,
        hyperparam: Object.create(this.#rates) as { lr: number },
        state: null,
      };
  }

  addHook(): void {
    if (this.#target === null) throw new Error('[SGD.addHook] call setup first');
  }

  update(): void {
    this.#rates.lr = this.lr;
    for (const [, p] of (this.#target as Chain).namedparams()) {
      const rule = p.updateRule as UpdateRule;
      if (!rule.enabled || p.grad === null) continue;
      rule.t++;
      rule.state = { lastGrad: p.grad };
      const rate = rule.hyperparam.lr;
      p.array = sum(
        p.array,
        map(p.grad, (g) => -rate * g),
      );
    }
  }
}

const xp = {
  NdArray,
  array: (raw: Storage, { dtype, shape }: { dtype: string; shape: readonly number[] }) =>
    new NdArray(dtype, shape, raw),
  dtype: (name: string) => ({ name }),
  complex: (re: number, im: number) => ({ re, im }),
  negative: (x: NdArray) => map(x, (value) => -value),
  argmaxOf: (x: NdArray) => {
    const numbers = Array.from(x.raw as Float64Array, Number);
    return new NdArray('int32', [], Int32Array.of(numbers.indexOf(Math.max(...numbers))));
  },
  add: Object.assign(
    (x: NdArray, y: NdArray | number) => {
      const other = typeof y === 'number' ? map(x, () => y) : y;
      const order = ['int32', 'float64'];
      const [a, b] = [x.dtype.name, other.dtype.name];
      if (a === 'bool' || b === 'bool') throw new TypeError('[add] bool has no sum here');
      const dtype = order[Math.max(order.indexOf(a), order.indexOf(b))] as string;
      const { storage } = kindOf(dtype);
      const raw = new storage(new ArrayBuffer(x.raw.length * storage.BYTES_PER_ELEMENT));
      for (let i = 0; i < raw.length; i++) raw[i] = (Number(x.raw[i]) + Number(other.raw[i])) as never;
      return new NdArray(dtype, x.shape, raw);
    },
    { outer: (x: NdArray) => x },
  ),
  describeIt: (x: NdArray) => `an array of ${x.dtype.name}`,
};

const usingConfig = (name: string, value: unknown, body: () => unknown): unknown => {
  const before = settings[name];
  settings[name] = value;
  try {
    return body();
  } finally {
    settings[name] = before;
  }
};

/** A device without float16. */
export const fakeApi: Api = {
  xp,
  chainer: {
    ...{ xp, functions, Variable, Parameter, Chain, grad, usingConfig },
    links: { Scale },
    optimizers: { SGD },
  },
  trouble: null,
  device: 'fake',
  paths: true,
  supports: (dtype) => dtype !== 'float16',
};

/** An NdArray of the fake. */
export const fakeArray = ({ dtype, shape, data }: RawArray): NdArray => new NdArray(dtype, shape, data);
