import {
  contiguousSteps,
  type Device,
  type DType,
  dtypes,
  float64,
  fromBfloat16,
  fromFloat16,
  js,
  NdArray,
  type OpName,
  sizeOf,
  type TypedArray,
  toBfloat16,
  toFloat16,
} from '../../internal.ts';

/** A device whose kernels are tested, and what must be known of it beside what it says itself. */
export interface Subject {
  readonly device: Device;
  /**
   * Whether a first call takes milliseconds, since kernels are compiled while the tests run: then programs hold several operations,
   * there are fewer random ones, and dtypes other than float32 meet fewer layouts.
   */
  readonly slow?: boolean;
  /** The dtypes that are tested, if not all that the device supports. */
  readonly dtypes?: readonly DType[];
  /** Roundings by which an operation's results may differ from those of `js`, where they are more than the suite allows all devices. */
  readonly looser?: Partial<Record<OpName, number>>;
}

/** The same array on `js` and on the device under test. */
export type Pair = readonly [NdArray, NdArray];

/** How an array lies in its storage. */
export type LayoutName = 'dense' | 'reversed' | 'transposed' | 'every other' | 'broadcast';
export const layouts: readonly LayoutName[] = ['dense', 'reversed', 'transposed', 'every other', 'broadcast'];

/** A small linear congruential generator: tests must repeat. */
export function generator(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}

/** Steps, offset and storage size (elements) of a layout. */
function placement(
  shape: readonly number[],
  layout: LayoutName,
): { steps: number[]; offset: number; length: number } {
  const dense = contiguousSteps(shape);
  const size = sizeOf(shape);
  switch (layout) {
    case 'reversed':
      return { steps: dense.map((s) => -s), offset: Math.max(0, size - 1), length: size };
    case 'transposed':
      return { steps: contiguousSteps([...shape].reverse()).reverse(), offset: 0, length: size };
    case 'every other':
      return { steps: dense.map((s) => 2 * s), offset: 1, length: 2 * size + 1 };
    case 'broadcast':
      return { steps: dense.map((s, i) => (i === 0 ? 0 : s)), offset: 0, length: Math.max(1, size) };
    default:
      return { steps: dense, offset: 0, length: size };
  }
}

/** Raw elements that suit a dtype. */
function rawValues(d: DType, n: number, value: (i: number) => number): TypedArray {
  const raw = new d.TypedArray(n * d.lanes);
  for (let i = 0; i < raw.length; i++) {
    const v = value(i);
    if (d.name === 'float16') raw[i] = toFloat16(v);
    else if (d.name === 'bfloat16') raw[i] = toBfloat16(v);
    else if (d.kind === 'b') raw[i] = v > 0 ? 1 : 0;
    else if (raw instanceof BigInt64Array || raw instanceof BigUint64Array) raw[i] = BigInt(Math.round(v));
    else raw[i] = d.kind === 'f' || d.kind === 'c' ? v : Math.round(v);
  }
  return raw;
}

/** Elements as numbers; 64-bit integers as they are, since numbers would not tell all of them apart. */
export type Numbers = readonly (number | bigint)[];

export function numbers(raw: TypedArray, d: DType): Numbers {
  const list = Array.from(raw as ArrayLike<number | bigint>);
  if (d.name === 'float16') return list.map((v) => fromFloat16(Number(v)));
  return d.name === 'bfloat16' ? list.map((v) => fromBfloat16(Number(v))) : list;
}

/** The elements of a view in C order, from all that its storage holds. */
export function elementsOf(x: NdArray, whole: Numbers): Numbers {
  const { lanes } = x.dtype;
  const out: (number | bigint)[] = [];
  const visit = (axis: number, at: number) => {
    if (axis < x.ndim) for (let i = 0; i < x.shape[axis]!; i++) visit(axis + 1, at + i * x.steps[axis]!);
    else for (let lane = 0; lane < lanes; lane++) out.push(whole[at * lanes + lane]!);
  };
  visit(0, x.offset);
  return out;
}

/** The first place where numbers differ by more than a tolerance, relative or absolute, in words. */
export function firstDifference(x: Numbers, y: Numbers, relative: number, absolute: number): string | null {
  if (x.length !== y.length) return `sizes ${x.length} and ${y.length}`;
  for (let i = 0; i < x.length; i++) {
    const [p, q] = [x[i]!, y[i]!];
    if (p === q || (Number.isNaN(p) && Number.isNaN(q))) continue;
    if (typeof p === 'number' && typeof q === 'number') {
      if (Math.abs(p - q) <= Math.max(relative * Math.max(Math.abs(p), Math.abs(q)), absolute)) continue;
    }
    return `element ${i}: ${p} on js, here ${q}`;
  }
  return null;
}

const bytesOf = (x: TypedArray) => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);

const epsilons: Partial<Record<string, number>> = {
  float16: 1e-3,
  bfloat16: 8e-3,
  float32: 1.2e-7,
  float64: 2.3e-16,
  complex64: 1.2e-7,
  complex128: 2.3e-16,
};

/** Unit roundoff of a dtype; 0 for integers. */
export function epsilonOf(d: DType): number {
  return epsilons[d.name] ?? 0;
}

/** A number for each precision: that of half types, of float32 and of float64, and their complex types. */
export function byPrecision(d: DType, half: number, single: number, double: number): number {
  const epsilon = epsilonOf(d);
  return epsilon > 1e-4 ? half : epsilon > 1e-8 ? single : double;
}

/** Arrays that stand on `js` and on the device under test, and their comparison. */
export class Sides {
  readonly subject: Subject;
  readonly device: Device;
  /** The dtypes that live on the device and are tested. */
  readonly dtypes: readonly DType[];
  /** Whether the device computes in double precision where `js` does. */
  readonly wide: boolean;
  readonly slow: boolean;

  constructor(subject: Subject) {
    this.subject = subject;
    this.device = subject.device;
    const tested = subject.dtypes ?? dtypes;
    this.dtypes = dtypes.filter((d) => tested.includes(d) && subject.device.supports(d));
    this.wide = subject.device.supports(float64);
    this.slow = subject.slow ?? false;
  }

  /** Those of some dtypes that live on the device and are tested. */
  readonly those = (some: readonly DType[]): readonly DType[] => some.filter((d) => this.dtypes.includes(d));

  /** Runs something on both devices: `k` chooses a pair's side. */
  readonly both = (body: (on: Device, k: 0 | 1) => void): void => {
    body(js, 0);
    body(this.device, 1);
  };

  /** An array of a shape and layout, filled by `value`. */
  readonly pair = (
    d: DType,
    shape: readonly number[],
    value: (i: number) => number,
    layout: LayoutName = 'dense',
  ): Pair => {
    const { steps, offset, length } = placement(shape, layout);
    const raw = rawValues(d, length, value);
    return this.#made((device) => {
      const storage = device.allocate(length * device.elementBytes(d));
      if (length > 0) device.write(new NdArray(storage, d, [length]), raw);
      return new NdArray(storage, d, shape, steps, offset);
    });
  };

  /** An output of zeros. */
  readonly outputs = (d: DType, shape: readonly number[], layout: LayoutName = 'dense'): Pair =>
    this.pair(d, shape, () => 0, layout);

  /** A dense array of raw elements. */
  readonly raw = (d: DType, shape: readonly number[], elements: TypedArray): Pair =>
    this.#made((device) => {
      const storage = device.allocate(sizeOf(shape) * device.elementBytes(d));
      const x = new NdArray(storage, d, shape);
      device.write(x, elements);
      return x;
    });

  #made(make: (device: Device) => NdArray): Pair {
    return [make(js), make(this.device)];
  }

  /** Everything in an array's storage: also what lies between the elements of a view. */
  async #raw(x: NdArray): Promise<TypedArray> {
    const n = Math.floor(x.storage.nbytes / x.device.elementBytes(x.dtype));
    return n === 0 ? new x.dtype.TypedArray(0) : x.device.read(new NdArray(x.storage, x.dtype, [n]));
  }

  async #whole(x: NdArray): Promise<Numbers> {
    return numbers(await this.#raw(x), x.dtype);
  }

  /** Elements in C order, as numbers (complex: parts one after another). */
  readonly values = async (x: NdArray): Promise<number[]> => elementsOf(x, await this.#whole(x)).map(Number);

  /**
   * The first place where two arrays' memories differ by more than `ulps` roundings (relative, or absolute by `absolute`), or null.
   * NaN equals NaN, infinities must agree. What lies beside a view is compared, too.
   */
  readonly difference = async ([a, b]: Pair, ulps = 8, absolute = 0): Promise<string | null> => {
    const [x, y] = await Promise.all([this.#whole(a), this.#whole(b)]);
    // A device may round memory up.
    return firstDifference(x, y.slice(0, x.length), epsilonOf(a.dtype) * ulps, absolute);
  };

  /** The first byte in which two arrays' memories differ, or null: unlike `difference`, this tells signs of zeros and kinds of NaN apart. */
  readonly differentByte = async ([a, b]: Pair): Promise<string | null> => {
    const [x, y] = await Promise.all([a, b].map(async (side) => bytesOf(await this.#raw(side))));
    const at = x!.findIndex((byte, i) => byte !== y![i]);
    return at < 0 ? null : `byte ${at}: ${x![at]} on js, here ${y![at]}`;
  };

  /** What a call with bad data ends in: an error at once, or of the next read (of `y`) where results are waited for. */
  readonly failure = async (y: NdArray, call: () => void): Promise<unknown> => {
    try {
      call();
    } catch (error) {
      return error;
    }
    return this.device.read(y).then(
      () => new Error(`${this.device.name} did not notice`),
      (error: unknown) => error,
    );
  };
}
