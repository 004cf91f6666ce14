import { download, exists, getDatasetDirectory, progressLine } from '../dataset/download.ts';
import { builtin, files, writeAtomically } from '../files.ts';

/** A file of a dataset: where it lies below the dataset root, and where it can be had. */
export interface DatasetFile {
  readonly folder: string;
  readonly name: string;
  /** Tried in this order. */
  readonly urls: readonly string[];
  /** MD5 of what is downloaded, as its publisher gives it; null where none does. */
  readonly md5: string | null;
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
  const failures: string[] = [];
  for (const url of urls) {
    try {
      const content = await download(url, progressLine(name));
      if (md5 !== null) {
        const { createHash } = builtin<typeof import('node:crypto')>('node:crypto');
        const found = createHash('md5').update(content).digest('hex');
        if (found !== md5) throw new Error(`${url}: its MD5 is ${found}, expected ${md5}`);
      }
      await fs.mkdir(path.dirname(place), { recursive: true });
      await writeAtomically(who, place, content);
      return content;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error(
    `[${who}] ${place} is not there, and could not be downloaded (${failures.join('; ')}). ` +
      `Put ${name} there, or set CHAINER_DATASET_ROOT to the folder that has ${folder}/`,
  );
}
