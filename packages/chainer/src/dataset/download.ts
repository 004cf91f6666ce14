import { checkOptions } from '../core/check-options.ts';
import { builtin, files, hasFiles, writeAtomically } from '../files.ts';

let root: string | null = null;

/**
 * The folder under which datasets are kept: `setDatasetRoot`'s, else `$CHAINER_DATASET_ROOT`, else `~/.chainer/dataset`.
 */
export function getDatasetRoot(): string {
  if (root !== null) return root;
  const environment = hasFiles() ? process.env : {};
  const home = environment.HOME ?? environment.USERPROFILE ?? '.';
  return environment.CHAINER_DATASET_ROOT || `${home}/.chainer/dataset`;
}

/** Changes it; null goes back to the environment's. */
export function setDatasetRoot(path: string | null): void {
  root = path;
}

/** The folder of one dataset, created unless told otherwise. */
export async function getDatasetDirectory(
  name: string,
  options: { readonly createDirectory?: boolean } = {},
): Promise<string> {
  checkOptions('getDatasetDirectory', options, ['createDirectory']);
  const { fs, path } = await files('getDatasetDirectory');
  const folder = path.join(getDatasetRoot(), ...name.split('/'));
  if (options.createDirectory ?? true) await fs.mkdir(folder, { recursive: true });
  return folder;
}

/** How a download tells its progress: bytes so far, and of how many where the server says so. */
export type Progress = (received: number, total: number | null) => void;

/** How long a server may be silent. */
const silence = 20_000;

/** The content of a URL. @throws {Error} that names the URL and what went wrong. */
export async function download(url: string, progress: Progress | null = null): Promise<Uint8Array> {
  const stop = new AbortController();
  let timer = setTimeout(() => stop.abort(new Error(`no answer in ${silence / 1000} s`)), silence);
  try {
    const response = await fetch(url, { signal: stop.signal });
    if (!response.ok || response.body === null)
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    const length = Number(response.headers.get('content-length'));
    const chunks: Uint8Array[] = [];
    let received = 0;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      received += chunk.length;
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(new Error(`nothing came for ${silence / 1000} s`)), silence);
      progress?.(received, length > 0 ? length : null);
    }
    const content = new Uint8Array(received);
    let at = 0;
    for (const chunk of chunks) {
      content.set(chunk, at);
      at += chunk.length;
    }
    return content;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new Error(`[download] ${url}: ${error instanceof Error ? error.message : String(error)}${cause}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** A line on standard error that shows how far a download is; the last call ends it. */
export function progressLine(name: string): Progress {
  let shown = 0;
  return (received, total) => {
    if (!hasFiles() || !process.stderr.isTTY) return;
    const now = Date.now();
    const done = total !== null && received >= total;
    if (!done && now - shown < 100) return;
    shown = now;
    const part =
      total === null ? '' : ` of ${(total / 1e6).toFixed(1)} MB (${Math.floor((100 * received) / total)} %)`;
    process.stderr.write(`\r\x1b[K${name}: ${(received / 1e6).toFixed(1)} MB${part}${done ? '\n' : ''}`);
  };
}

/**
 * Downloads a file once.
 *
 * @returns path of the copy, in the dataset root's `_dl_cache`, under the MD5 of the URL as Chainer names it.
 * @throws {Error} if it cannot be downloaded; nothing is left behind then.
 */
export async function cachedDownload(url: string): Promise<string> {
  const { fs, path } = await files('cachedDownload');
  const { createHash } = builtin<typeof import('node:crypto')>('node:crypto');
  const folder = path.join(getDatasetRoot(), '_dl_cache');
  await fs.mkdir(folder, { recursive: true });
  const file = path.join(folder, createHash('md5').update(url).digest('hex'));
  if (!(await exists(file)))
    await writeAtomically('cachedDownload', file, await download(url, progressLine(url)));
  return file;
}

/** Whether a file is there. */
export async function exists(file: string): Promise<boolean> {
  const { fs } = await files('exists');
  return fs.access(file).then(
    () => true,
    () => false,
  );
}

/**
 * Loads a file if it is there; creates it otherwise, beside its place first, so that it is there whole or not at all.
 *
 * @param creator writes the file it is given and returns its content.
 * @param loader reads the file it is given.
 */
export async function cacheOrLoadFile<T>(
  file: string,
  creator: (file: string) => T | Promise<T>,
  loader: (file: string) => T | Promise<T>,
): Promise<T> {
  const { fs, path } = await files('cacheOrLoadFile');
  if (await exists(file)) return loader(file);
  await fs.mkdir(path.dirname(file), { recursive: true });
  const folder = await fs.mkdtemp(path.join(path.dirname(file), 'tmp'));
  try {
    const made = path.join(folder, path.basename(file));
    const content = await creator(made);
    await fs.rename(made, file);
    return content;
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}
