import { readFile } from 'node:fs/promises';

/** Words and their ids; ids are given in the order of first use. */
export class Vocabulary {
  readonly words: string[] = [];
  private readonly ids = new Map<string, number>();

  /** @param reserved words that take the first ids (`<eos>`, `<unk>`) */
  constructor(reserved: readonly string[] = []) {
    for (const word of reserved) this.add(word);
  }

  get size(): number {
    return this.words.length;
  }

  /** The id of a word, new or known. */
  add(word: string): number {
    const known = this.ids.get(word);
    if (known !== undefined) return known;
    this.ids.set(word, this.words.length);
    return this.words.push(word) - 1;
  }

  /** The id of a word; that of `<unk>` where it is unknown. @throws {Error} where that is unknown, too. */
  id(word: string): number {
    const found = this.ids.get(word) ?? this.ids.get('<unk>');
    if (found === undefined) throw new Error(`'${word}' is not in the vocabulary of ${this.size} words`);
    return found;
  }

  has(word: string): boolean {
    return this.ids.has(word);
  }

  word(id: number): string {
    return this.words[id] ?? '<unk>';
  }
}

/** The lines of a text file, without empty ones. */
export async function lines(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** The words of a line. */
export const wordsOf = (line: string): string[] => line.trim().split(/\s+/);
