/** The header of a `.npy` file: a Python dictionary in ASCII. */
export interface NpyHeader {
  /** Type string, as in `<f4`. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** NumPy leaves room for the growing axis to reach this many digits. */
const growth = 21;

/** The bytes before the data of a format 1.0 file, padded to a multiple of 64. */
export function formatHeader({ descr, fortranOrder, shape }: NpyHeader): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  let text = `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  if (shape.length > 0) text += ' '.repeat(growth - String(shape.at(fortranOrder ? -1 : 0)).length);
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(total).fill(0x20);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (total - 10) & 255, (total - 10) >> 8]);
  for (let i = 0; i < text.length; i++) bytes[10 + i] = text.charCodeAt(i);
  bytes[total - 1] = 0x0a;
  return bytes;
}

/** Whether bytes begin as a `.npy` file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((b, i) => bytes[i] === b);
}

/**
 * Reads the header of a file of format 1.0, 2.0 or 3.0; `start` is where the data begin.
 *
 * @param fail makes the error for what is wrong.
 */
export function parseHeader(
  bytes: Uint8Array,
  fail: (what: string) => Error,
): { header: NpyHeader; start: number } {
  if (!isNpy(bytes)) throw fail('does not begin as a .npy file does (\\x93NUMPY)');
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3)
    throw fail(`has .npy format version ${major}.${bytes[7] ?? 0}; 1.0, 2.0 and 3.0 can be read`);
  const at = major === 1 ? 10 : 12;
  if (bytes.length < at) throw fail(`ends after ${bytes.length} bytes, inside the header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = at + length;
  if (bytes.length < start) throw fail(`ends after ${bytes.length} bytes, inside a header of ${start}`);
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(at, start)).trim();
  const header = fromDictionary(text);
  if (header === null) throw fail(`has a header that cannot be read: ${text.slice(0, 200)}`);
  return { header, start };
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }` in any order, or null. */
function fromDictionary(text: string): NpyHeader | null {
  const descr = /['"]descr['"]\s*:\s*(?:'([^']*)'|"([^"]*)"|(\[.*?\](?=\s*(?:,\s*['"]|,?\s*\}))))/.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text);
  const shape = /['"]shape['"]\s*:\s*\(([\dL,\s]*)\)/.exec(text);
  if (!text.startsWith('{') || !text.endsWith('}') || !descr || !order || !shape) return null;
  const extents = (shape[1] as string).split(',').filter((s) => s.trim() !== '');
  const numbers = extents.map((s) => Number(s.trim().replace(/L$/, '')));
  if (!numbers.every(Number.isSafeInteger)) return null;
  return {
    descr: (descr[1] ?? descr[2] ?? descr[3]) as string,
    fortranOrder: order[1] === 'True',
    shape: numbers,
  };
}
