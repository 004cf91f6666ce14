/** Files, on runtimes that have them. Nothing of Node is imported, so that bundles for browsers find nothing to miss. */

type Fs = typeof import('node:fs/promises');
type Path = typeof import('node:path');

/** Whether this runtime has a file system that we know. */
export function hasFiles(): boolean {
  return typeof process !== 'undefined' && typeof process.versions?.node === 'string';
}

/** Node's file functions. @throws {Error} in a browser, naming who asked. */
export async function files(who: string): Promise<{ readonly fs: Fs; readonly path: Path }> {
  if (!hasFiles()) throw new Error(`[${who}] needs a file system, which this runtime does not have`);
  return { fs: builtin<Fs>('node:fs/promises'), path: builtin<Path>('node:path') };
}

/** A built-in module of Node. */
export function builtin<T>(name: string): T {
  return (process as unknown as { getBuiltinModule(name: string): unknown }).getBuiltinModule(name) as T;
}

/** A file was there, but what is in it is cut off or damaged. */
export class DamagedFileError extends Error {}

let written = 0;

/**
 * Writes a file so that it is there whole or not at all: beside its place first, then flushed to the disk and renamed.
 *
 * A process that is killed meanwhile leaves the previous file (and perhaps a `tmp…` file beside it).
 */
export async function writeAtomically(
  who: string,
  file: string,
  content: string | Uint8Array,
): Promise<void> {
  const { fs, path } = await files(who);
  const beside = path.join(path.dirname(file), `tmp${path.basename(file)}.${process.pid}.${++written}`);
  try {
    const handle = await fs.open(beside, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(beside, file);
  } catch (error) {
    await fs.rm(beside, { force: true });
    throw new Error(`[${who}] cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** The bytes of a file. @throws {Error} if there is none, naming it. */
export async function readBytes(who: string, file: string): Promise<Uint8Array> {
  const { fs } = await files(who);
  try {
    return await fs.readFile(file);
  } catch (error) {
    const missing = (error as { code?: string }).code === 'ENOENT';
    throw new Error(
      `[${who}] ${missing ? `there is no file ${file}` : `cannot read ${file}: ${(error as Error).message}`}`,
      { cause: error },
    );
  }
}

/** Whether a file is there. */
export async function exists(file: string): Promise<boolean> {
  const { fs } = await files('exists');
  return fs.access(file).then(
    () => true,
    () => false,
  );
}

/** A file: its path where there are files, or its content: bytes, a `Blob` or a `File` of a page, what `fetch` answered. */
export type FileSource = string | Uint8Array | ArrayBuffer | Blob | Response;

/**
 * The bytes of a file, from wherever they come.
 *
 * @throws {Error} if there is no such file, or the server answered something else.
 * @throws {TypeError} for what is no file.
 */
export async function contentOf(who: string, file: FileSource): Promise<Uint8Array> {
  if (typeof file === 'string') return readBytes(who, file);
  if (file instanceof Uint8Array) return plain(file);
  if (file instanceof ArrayBuffer) return new Uint8Array(file);
  if (file instanceof Response && !file.ok)
    throw new Error(`[${who}] ${file.url}: the server answered ${file.status} ${file.statusText}`);
  if (file instanceof Response || file instanceof Blob) return new Uint8Array(await file.arrayBuffer());
  const got = (file as unknown) instanceof Promise ? 'a promise; await it' : String(file);
  throw new TypeError(`[${who}] the file must be a path, bytes, a Blob or a Response, got ${got}`);
}

/** Not the bytes themselves: a Buffer of Node is a Uint8Array with methods of its own. */
const plain = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The same without waiting: of a path, or of bytes. */
export function contentOfSync(who: string, file: string | Uint8Array | ArrayBuffer): Uint8Array {
  if (typeof file !== 'string') return file instanceof Uint8Array ? plain(file) : new Uint8Array(file);
  if (!hasFiles())
    throw new Error(
      `[${who}] '${file}' needs a file system, which this runtime does not have; pass the bytes`,
    );
  const fs = builtin<typeof import('node:fs')>('node:fs');
  if (!fs.existsSync(file)) throw new Error(`[${who}] there is no file ${file}`);
  return plain(fs.readFileSync(file));
}

/** What messages call a file; undefined where it has no name. */
export function nameOfFile(file: FileSource): string | undefined {
  if (typeof file === 'string') return file;
  if (file instanceof Response) return file.url || undefined;
  return (file as { readonly name?: string }).name;
}
