import { Dice } from '../dice.ts';
import { wordsOf } from '../text/vocabulary.ts';

/** What was told before a question, the question, and its answer. */
export interface Story {
  readonly facts: readonly (readonly string[])[];
  readonly question: readonly string[];
  readonly answer: string;
}

const plain = (line: string) => wordsOf(line.toLowerCase().replace(/[.?]/g, ''));

/**
 * Stories in the form of the bAbI tasks: numbered lines, which begin again at 1 with a new story; a question is followed by a tab and
 * its answer.
 */
export function parseStories(text: readonly string[]): Story[] {
  const stories: Story[] = [];
  let facts: string[][] = [];
  for (const line of text) {
    const space = line.indexOf(' ');
    const number = Number(line.slice(0, space));
    if (!Number.isInteger(number) || number < 1)
      throw new Error(`a line has no number: ${line.slice(0, 60)}`);
    if (number === 1) facts = [];
    const [said, answer] = line.slice(space + 1).split('\t');
    if (answer === undefined) facts.push(plain(said as string));
    else stories.push({ facts: facts.slice(), question: plain(said as string), answer: answer.trim() });
  }
  return stories;
}

const people = ['mary', 'john', 'daniel', 'sandra'];
const places = ['kitchen', 'garden', 'office', 'hallway', 'bathroom'];

/** People walk about; where is one of them? (The first of the bAbI tasks.) */
export function generatedStories(seed: number, n: number): Story[] {
  const dice = new Dice(seed);
  return Array.from({ length: n }, () => {
    const at = new Map<string, string>();
    const facts = Array.from({ length: 2 + dice.below(5) }, () => {
      const [who, where] = [dice.pick(people), dice.pick(places)];
      at.set(who, where);
      return plain(`${who} ${dice.pick(['moved', 'went'])} to the ${where}.`);
    });
    const [who, where] = dice.pick([...at]);
    return { facts, question: plain(`Where is ${who}?`), answer: where };
  });
}
