import { array, type NdArray } from '@chainer/xp/functions';
import { foundFile } from './found-file.ts';

const site = 'https://raw.githubusercontent.com/tomsercu/lstm/master/data/';

/** The words of a part, each line followed by `<eos>`. */
async function wordsOf(who: string, part: 'train' | 'valid' | 'test'): Promise<string[]> {
  const name = `ptb.${part}.txt`;
  const content = await foundFile(who, { folder: 'ptb', name, urls: [site + name], md5: null });
  return new TextDecoder()
    .decode(content)
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => [
      ...line
        .trim()
        .split(/\s+/)
        .filter((word) => word !== ''),
      '<eos>',
    ]);
}

/** Words by the order in which they first come. */
function vocabularyOf(words: readonly string[]): Record<string, number> {
  const vocabulary: Record<string, number> = Object.create(null);
  let n = 0;
  for (const word of words) if (!(word in vocabulary)) vocabulary[word] = n++;
  return vocabulary;
}

/**
 * The Penn Treebank as Mikolov prepared it: long sequences of words as numbers, with the end of a sentence as `<eos>`.
 *
 * Read from `ptb.train.txt`, `ptb.valid.txt` and `ptb.test.txt` in `ptb/` below the dataset root; downloaded there if they are missing.
 *
 * @returns training, validation and test part: int32 `[words]`.
 * @throws {Error} if a file is missing and cannot be downloaded, or has a word that the training part has not.
 */
export async function getPtbWords(): Promise<[NdArray, NdArray, NdArray]> {
  const who = 'getPtbWords';
  const train = await wordsOf(who, 'train');
  const vocabulary = vocabularyOf(train);
  const numbers = (words: readonly string[], part: string): NdArray =>
    array(
      Int32Array.from(words, (word) => {
        const number = vocabulary[word];
        if (number === undefined)
          throw new Error(`[${who}] ptb.${part}.txt has the word '${word}', which ptb.train.txt has not`);
        return number;
      }),
    );
  return [
    numbers(train, 'train'),
    numbers(await wordsOf(who, 'valid'), 'valid'),
    numbers(await wordsOf(who, 'test'), 'test'),
  ];
}

/** The numbers of words in `getPtbWords`. */
export async function getPtbWordsVocabulary(): Promise<Record<string, number>> {
  return vocabularyOf(await wordsOf('getPtbWordsVocabulary', 'train'));
}
