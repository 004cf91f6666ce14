import { type DTypeName, dtype, type HostArray } from '@chainer/xp/functions';

/** dtypes and their names in the format. */
const names: Partial<Record<DTypeName, string>> = {
  bool: 'BOOL',
  uint8: 'U8',
  int8: 'I8',
  int16: 'I16',
  uint16: 'U16',
  float16: 'F16',
  bfloat16: 'BF16',
  int32: 'I32',
  uint32: 'U32',
  float32: 'F32',
  int64: 'I64',
  uint64: 'U64',
  float64: 'F64',
  complex64: 'C64',
};

const dtypes = new Map(Object.entries(names).map(([name, code]) => [code, name as DTypeName]));

/** Refuses the file. */
type Fail = (what: string) => never;

/** The largest header that readers accept. */
const longest = 100_000_000;

/** What a file holds. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, HostArray>;
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes a safetensors file: eight bytes with the length of a JSON header, the header, the elements. Wide types come first, so that all lie
 * at multiples of their size.
 *
 * @throws {TypeError} for a dtype that the format lacks.
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array<ArrayBuffer> {
  const order = [...tensors].sort(
    ([a, x], [b, y]) => y.dtype.itemsize - x.dtype.itemsize || (a < b ? -1 : a > b ? 1 : 0),
  );
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let end = 0;
  for (const [name, x] of order) {
    const code = names[x.dtype.name];
    if (code === undefined)
      throw new TypeError(`[saveSafetensors] '${name}' is ${x.dtype.name}, which the format lacks`);
    if (name === '__metadata__')
      throw new TypeError(`[saveSafetensors] no array may be called '__metadata__'`);
    const begin = end;
    end += x.data.byteLength;
    header[name] = { dtype: code, shape: x.shape, data_offsets: [begin, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Spaces behind the header let the elements start at a multiple of eight.
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const [, { data }] of order) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file. Every length is compared with what is there before anything is allocated.
 *
 * @throws {Error} if the file is cut off, its header is no header, or entries overlap, leave holes, or do not fit their shapes.
 */
export function decodeSafetensors(who: string, bytes: Uint8Array, file: string): SafetensorsContent {
  const fail: Fail = (what) => {
    throw new Error(`[${who}] ${file} is not a safetensors file, or damaged: ${what}`);
  };
  if (bytes.length < 8) fail(`it has ${bytes.length} bytes, fewer than the 8 of its header's length`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = view.getBigUint64(0, true);
  if (long > BigInt(longest) || Number(long) > bytes.length - 8)
    fail(`its header would have ${long} bytes, but ${bytes.length - 8} follow`);
  const start = 8 + Number(long);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(8, start), fail);
  const places = Object.entries(entries).map(([name, entry]) => checkEntry(name, entry, fail));
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const place of places) {
    if (place.begin !== end) fail(`'${place.name}' starts at byte ${place.begin}, expected ${end}`);
    end = place.end;
  }
  if (end !== bytes.length - start)
    fail(`its entries have ${end} bytes, but ${bytes.length - start} are there`);
  const found = new Map(places.map((p) => [p.name, p]));
  const tensors = new Map<string, HostArray>();
  for (const name of Object.keys(entries)) {
    const { kind, shape, begin, end: stop } = found.get(name) as Place;
    // A copy lies at a multiple of its elements' size, and does not keep the file. (`slice` of a Buffer would be no copy.)
    const { buffer } = new Uint8Array(bytes.subarray(start + begin, start + stop));
    tensors.set(name, { dtype: kind, shape, data: new kind.TypedArray(buffer) });
  }
  for (const [key, value] of Object.entries(metadata as object))
    if (typeof value !== 'string') fail(`the metadata '${key}' is not a text`);
  return { tensors, metadata: metadata as Record<string, string> };
}

interface Place {
  readonly name: string;
  readonly kind: HostArray['dtype'];
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseHeader(text: Uint8Array, fail: Fail): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch {
    fail('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    fail('its header is not a record');
  return header as Record<string, unknown>;
}

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;

function checkEntry(name: string, entry: unknown, fail: Fail): Place {
  const { dtype: code, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const found = dtypes.get(code as string);
  if (found === undefined)
    return fail(`'${name}' has the dtype ${JSON.stringify(code)}, which is not known here`);
  if (!Array.isArray(shape) || !shape.every(isCount))
    return fail(`'${name}' has the shape ${JSON.stringify(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return fail(`'${name}' has the offsets ${JSON.stringify(offsets)}`);
  const kind = dtype(found);
  const wanted = shape.reduce((a, d) => a * d, kind.itemsize);
  const [begin, end] = offsets as [number, number];
  if (end - begin !== wanted)
    return fail(`'${name}' has ${end - begin} bytes, but ${found}[${shape.join(', ')}] has ${wanted}`);
  return { name, kind, shape, begin, end };
}
