import { getDatasetDirectory, progressLine } from '../dataset/download.ts';
import { downloadTo } from '../dataset/download-to.ts';
import { builtin, exists, files } from '../files.ts';

/** A file of a dataset: where it lies below the dataset root, and where it can be had. */
export interface DatasetFile {
  readonly folder: string;
  readonly name: string;
  /** Tried in this order. */
  readonly urls: readonly string[];
  /** MD5 of what is downloaded, as its publisher gives it; null where none does. */
  readonly md5: string | null;
}

/** @throws {Error} if the content has another MD5. */
export function checkMd5(what: string, content: Uint8Array, md5: string | null): void {
  if (md5 === null) return;
  const { createHash } = builtin<typeof import('node:crypto')>('node:crypto');
  const found = createHash('md5').update(content).digest('hex');
  if (found !== md5) throw new Error(`${what}: its MD5 is ${found}, expected ${md5}`);
}

/**
 * Downloads a file to its place from the first of the URLs that has it.
 *
 * @param accept looks at what came, and makes of it what is wanted; what it throws on is not kept.
 * @param remedy what to do where it cannot be had.
 * @throws {Error} if no URL has it, with all their failures.
 */
export async function fetchedFile<T>(
  who: string,
  place: string,
  urls: readonly string[],
  accept: (content: Uint8Array, url: string) => T | Promise<T>,
  remedy: string,
): Promise<T> {
  const { fs, path } = await files(who);
  const part = `${place}.part`;
  const failures: string[] = [];
  for (const url of urls) {
    try {
      await fs.mkdir(path.dirname(place), { recursive: true });
      await downloadTo(url, part, progressLine(path.basename(place)));
      try {
        const content = await accept(await fs.readFile(part), url);
        await fs.rename(part, place);
        return content;
      } finally {
        await fs.rm(part, { force: true });
      }
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error(
    `[${who}] ${place} is not there, and could not be downloaded (${failures.join('; ')}). ${remedy}`,
  );
}

/**
 * The content of a dataset's file: from its folder below the dataset root, or downloaded there, verified.
 *
 * @throws {Error} if it is not there and cannot be downloaded, or is not what its publisher has; it says where to put the file.
 */
export async function foundFile(who: string, { folder, name, urls, md5 }: DatasetFile): Promise<Uint8Array> {
  const { fs, path } = await files(who);
  const place = path.join(await getDatasetDirectory(folder, { createDirectory: false }), name);
  if (await exists(place)) return fs.readFile(place);
  return fetchedFile(
    who,
    place,
    urls,
    (content, url) => {
      checkMd5(url, content, md5);
      return content;
    },
    `Put ${name} there, or set CHAINER_DATASET_ROOT to the folder that has ${folder}/`,
  );
}
