import { checkOptions } from '../core/check-options.ts';
import { DatasetMixin } from '../dataset/dataset-mixin.ts';
import { contentOf, type FileSource, nameOfFile } from '../files.ts';

/** Options of `TextDataset.open`. */
export interface TextDatasetOptions {
  /** Encoding of the files, or one for each; UTF-8 where null. */
  readonly encoding?: string | null | readonly (string | null)[];
  /** Which lines are examples: given the line of every file. */
  readonly filterFunc?: ((...lines: string[]) => boolean) | null;
}

/**
 * Lines of text files: a line, or, of several files that are parallel (a text and its translation), a list with the line of each.
 *
 * Files are read whole, as bytes; a line is decoded when it is asked for. A line ends at \n, which it keeps out, as it does \r before it.
 *
 * @example
 * import { TextDataset } from 'chainer/datasets';
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const lines = await TextDataset.open([bytes('one\ntwo\n'), bytes('eins\nzwei\n')]);
 * lines.at(1); // ['two', 'zwei']
 */
export class TextDataset extends DatasetMixin<string | string[]> {
  private readonly files: readonly TextLines[];
  private readonly lines: readonly number[];

  /** Made by `TextDataset.open`. */
  private constructor(files: readonly TextLines[], lines: readonly number[]) {
    super();
    this.files = files;
    this.lines = lines;
  }

  /**
   * Reads the files.
   *
   * @param paths one file or several: paths, or contents.
   * @throws {Error} if they have different numbers of lines.
   */
  static async open(
    paths: FileSource | readonly FileSource[],
    options: TextDatasetOptions = {},
  ): Promise<TextDataset> {
    checkOptions('TextDataset', options, ['encoding', 'filterFunc']);
    const sources = Array.isArray(paths) ? (paths as readonly FileSource[]) : [paths as FileSource];
    if (sources.length === 0) throw new Error('[TextDataset] no files are given');
    const { encoding = null, filterFunc = null } = options;
    const files = await Promise.all(
      sources.map(async (source, k) => {
        const own = Array.isArray(encoding) ? (encoding[k] as string | null) : (encoding as string | null);
        return new TextLines(await contentOf('TextDataset', source), own ?? 'utf-8');
      }),
    );
    const n = (files[0] as TextLines).length;
    if (files.some((file) => file.length !== n)) {
      const counts = files.map(
        (file, k) => `${nameOfFile(sources[k] as FileSource) ?? `file ${k + 1}`} ${file.length}`,
      );
      throw new Error(`[TextDataset] files must have equally many lines, but have: ${counts.join(', ')}`);
    }
    const all = Array.from({ length: n }, (_, i) => i);
    const lines =
      filterFunc === null ? all : all.filter((i) => filterFunc(...files.map((file) => file.line(i))));
    return new TextDataset(files, lines);
  }

  get length(): number {
    return this.lines.length;
  }

  getExample(i: number): string | string[] {
    const line = this.lines[i] as number;
    const texts = this.files.map((file) => file.line(line));
    return texts.length === 1 ? (texts[0] as string) : texts;
  }
}

/** The lines of one file. */
class TextLines {
  private readonly bytes: Uint8Array;
  private readonly decoder: InstanceType<typeof TextDecoder>;
  /** Where each line begins, and the end. */
  private readonly starts: number[] = [];

  constructor(bytes: Uint8Array, encoding: string) {
    this.decoder = new TextDecoder(encoding, { fatal: true });
    this.bytes = bytes;
    for (let at = 0; at < bytes.length; ) {
      this.starts.push(at);
      const end = bytes.indexOf(0x0a, at);
      at = end < 0 ? bytes.length : end + 1;
    }
    this.starts.push(bytes.length);
  }

  get length(): number {
    return this.starts.length - 1;
  }

  line(i: number): string {
    const line = this.bytes.subarray(this.starts[i], this.starts[i + 1]);
    return this.decoder.decode(line).replace(/\r?\n$/, '');
  }
}
