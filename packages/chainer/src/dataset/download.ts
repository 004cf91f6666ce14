import { checkOptions } from '../core/check-options.ts';
import { builtin, exists, files, hasFiles } from '../files.ts';
import { downloadTo, type Progress } from './download-to.ts';

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
 * @throws {Error} if it cannot be downloaded. The next call goes on where the connection broke.
 */
export async function cachedDownload(url: string): Promise<string> {
  const { fs, path } = await files('cachedDownload');
  const { createHash } = builtin<typeof import('node:crypto')>('node:crypto');
  const folder = path.join(getDatasetRoot(), '_dl_cache');
  await fs.mkdir(folder, { recursive: true });
  const file = path.join(folder, createHash('md5').update(url).digest('hex'));
  if (await exists(file)) return file;
  const part = `${file}.part`;
  await downloadTo(url, part, progressLine(url));
  await fs.rename(part, file);
  return file;
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
