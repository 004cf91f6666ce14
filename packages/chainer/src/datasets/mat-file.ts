/** Files of MATLAB, version 5: what SciPy's `loadmat` reads and `savemat` writes, as far as numeric arrays go. */

/** A numeric array of a file. Elements stand in MATLAB's order: the first axis runs fastest. */
export interface MatArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

type Numbers = new (buffer: ArrayBuffer) => ArrayLike<number>;

/** Types of data elements by their number, and how wide they are. */
const stored: Readonly<Record<number, readonly [width: number, Numbers]>> = {
  1: [1, Int8Array],
  2: [1, Uint8Array],
  3: [2, Int16Array],
  4: [2, Uint16Array],
  5: [4, Int32Array],
  6: [4, Uint32Array],
  7: [4, Float32Array],
  9: [8, Float64Array],
};
const matrixType = 14;
const compressedType = 15;
/** Classes of arrays that are numbers of at most 32 bits or floats: double, single, int8 … uint32. */
const [firstNumeric, lastNumeric] = [6, 13];
const complexFlag = 0x08;

interface Element {
  readonly type: number;
  readonly data: Uint8Array;
  /** Where the next one begins. */
  readonly next: number;
}

/**
 * The arrays of those names.
 *
 * @param what names the file in errors.
 * @throws {Error} if it is no such file, is cut off, or lacks one of them.
 */
export async function readMat<K extends string>(
  content: Uint8Array,
  names: readonly K[],
  what: string,
): Promise<Record<K, MatArray>> {
  const file = new MatFile(content, what);
  const found: Partial<Record<K, MatArray>> = {};
  for (let at = 128; at < content.length; ) {
    const element = file.element(content, at);
    at = element.next;
    const read =
      element.type === compressedType ? file.element(await file.inflated(element.data), 0) : element;
    if (read.type !== matrixType) continue;
    const array = file.matrix(read.data, names);
    if (array !== null) found[array.name as K] = array;
  }
  for (const name of names) if (found[name] === undefined) throw new Error(`${what} has no array '${name}'`);
  return found as Record<K, MatArray>;
}

class MatFile {
  private readonly what: string;
  private readonly little: boolean;

  constructor(content: Uint8Array, what: string) {
    this.what = what;
    const order = String.fromCharCode(...content.subarray(126, 128));
    if (content.length < 128 || (order !== 'IM' && order !== 'MI'))
      throw new Error(`${what} is no MATLAB file of version 5`);
    this.little = order === 'IM';
    const version = this.view(content).getUint16(124, this.little);
    if (version >>> 8 !== 1)
      throw new Error(`${what} is a MATLAB file of version 0x${version.toString(16)}, expected 0x100`);
  }

  private view(bytes: Uint8Array): DataView {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private cutOff(): never {
    throw new Error(`${this.what} is incomplete or damaged`);
  }

  /** The data element at a position: a tag of type and length, and data that fill whole groups of eight bytes. */
  element(bytes: Uint8Array, at: number): Element {
    if (at + 8 > bytes.length) this.cutOff();
    const view = this.view(bytes);
    const first = view.getUint32(at, this.little);
    if (first >>> 16 !== 0) {
      const length = first >>> 16;
      if (length > 4) this.cutOff();
      return { type: first & 0xffff, data: bytes.subarray(at + 4, at + 4 + length), next: at + 8 };
    }
    const length = view.getUint32(at + 4, this.little);
    const start = at + 8;
    if (start + length > bytes.length) this.cutOff();
    const padded = first === compressedType ? length : Math.ceil(length / 8) * 8;
    return { type: first, data: bytes.subarray(start, start + length), next: start + padded };
  }

  async inflated(packed: Uint8Array): Promise<Uint8Array> {
    const stream = new Blob([packed as Uint8Array<ArrayBuffer>])
      .stream()
      .pipeThrough(new DecompressionStream('deflate'));
    try {
      return new Uint8Array(await new Response(stream).arrayBuffer());
    } catch (error) {
      throw new Error(`${this.what} is incomplete or damaged: ${(error as Error).message}`, { cause: error });
    }
  }

  /** A matrix: flags, extents, name, elements. Null where it is none of `names`. */
  matrix(bytes: Uint8Array, names: readonly string[]): (MatArray & { readonly name: string }) | null {
    const flags = this.element(bytes, 0);
    const extents = this.element(bytes, flags.next);
    const label = this.element(bytes, extents.next);
    const name = String.fromCharCode(...label.data);
    if (!names.includes(name)) return null;
    const word = this.view(flags.data).getUint32(0, this.little);
    const kind = word & 0xff;
    if (kind < firstNumeric || kind > lastNumeric || (word >>> 8) & complexFlag)
      throw new Error(
        `${this.what}: '${name}' is of MATLAB's class ${kind}${(word >>> 8) & complexFlag ? ', complex' : ''}; only real numbers of up to 32 bits and floats are read`,
      );
    const shape = Array.from(this.numbers(extents));
    const data = this.numbers(this.element(bytes, label.next));
    const size = shape.reduce((a, b) => a * b, 1);
    if (data.length !== size)
      throw new Error(`${this.what}: '${name}' has ${data.length} elements, expected ${size}`);
    return { name, shape, data };
  }

  /** Numbers in the processor's order; MATLAB keeps them in the smallest type that holds them all. */
  private numbers({ type, data }: Element): ArrayLike<number> {
    const [width, List] = stored[type] ?? [];
    if (width === undefined || List === undefined)
      throw new Error(`${this.what}: elements of type ${type} are not read`);
    if (data.length % width !== 0) this.cutOff();
    if (width === 1 && List === Uint8Array) return data;
    const own = data.slice();
    // Every processor that Node and browsers run on has little ends.
    if (!this.little) for (let i = 0; i < own.length; i += width) own.subarray(i, i + width).reverse();
    return new List(own.buffer);
  }
}
