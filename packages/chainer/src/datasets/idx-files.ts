import { contentOf, type FileSource, nameOfFile } from '../files.ts';
import { type IdxArray, readIdx, unzipped } from './idx.ts';

/** Images and their labels. */
export interface IdxPart {
  readonly images: IdxArray;
  readonly labels: IdxArray;
}

/**
 * Training and test part out of the four files of MNIST's format, in any order, packed or not: the files themselves say whether they
 * hold images or labels, images and labels of one part are equally many, and the larger part is for training.
 *
 * @throws {Error} if they are not four such files that fit together.
 */
export async function readIdxFiles(
  sources: readonly FileSource[],
  who: string,
): Promise<{ readonly train: IdxPart; readonly test: IdxPart }> {
  if (sources.length !== 4)
    throw new Error(
      `[${who}] needs four files (images and labels, for training and for tests), got ${sources.length}`,
    );
  const read: IdxArray[] = [];
  for (const [i, source] of sources.entries()) {
    const what = nameOfFile(source) ?? `file ${i + 1}`;
    const content = await contentOf(who, source);
    const packed = content[0] === 0x1f && content[1] === 0x8b;
    const plain = packed ? await unzipped(content, who, what) : content;
    // The fourth byte of the header is the number of axes.
    read.push(readIdx(plain, who, what, plain[3] === 3 ? [28, 28] : []));
  }
  const largestFirst = read.sort((a, b) => (b.shape[0] as number) - (a.shape[0] as number));
  const images = largestFirst.filter((x) => x.shape.length === 3);
  const labels = largestFirst.filter((x) => x.shape.length === 1);
  const counts = (list: readonly IdxArray[]) => list.map((x) => x.shape[0]).join(' and ') || 'none';
  if (images.length !== 2 || counts(images) !== counts(labels))
    throw new Error(
      `[${who}] the files do not fit together: images ${counts(images)}, labels ${counts(labels)}`,
    );
  const part = (i: number): IdxPart => ({ images: images[i] as IdxArray, labels: labels[i] as IdxArray });
  return { train: part(0), test: part(1) };
}
