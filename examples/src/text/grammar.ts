import { Dice } from '../dice.ts';

/** A sentence of the generated language, with all that its examples learn from. */
export interface Sentence {
  readonly words: readonly string[];
  /** Part of speech of each word. */
  readonly tags: readonly string[];
  readonly topic: Topic;
  /** Subject, verb and object, each with its adjective. */
  readonly parts: { readonly subject: Phrase; readonly verb: string; readonly object: Phrase };
}

export interface Phrase {
  readonly adjective: string | null;
  readonly noun: string;
}

export const topics = ['animals', 'kitchen', 'sea'] as const;
export type Topic = (typeof topics)[number];

const nouns: Record<Topic, readonly string[]> = {
  animals: ['cat', 'dog', 'horse', 'bird', 'fox'],
  kitchen: ['bread', 'soup', 'cheese', 'pot', 'oven'],
  sea: ['boat', 'wave', 'sail', 'harbour', 'captain'],
};
const verbs: Record<Topic, readonly string[]> = {
  animals: ['chases', 'watches', 'follows'],
  kitchen: ['warms', 'fills', 'tastes'],
  sea: ['crosses', 'carries', 'leaves'],
};
export const good = ['happy', 'bright', 'kind'] as const;
export const bad = ['sad', 'dull', 'cruel'] as const;

/** A sentence about one topic: `the happy cat chases a bird .` */
export function sentence(dice: Dice): Sentence {
  const topic = dice.pick(topics);
  const phrase = (): Phrase => ({
    adjective: dice.chance(0.5) ? dice.pick([...good, ...bad]) : null,
    noun: dice.pick(nouns[topic]),
  });
  const parts = { subject: phrase(), verb: dice.pick(verbs[topic]), object: phrase() };
  const words: string[] = [];
  const tags: string[] = [];
  const say = (word: string, tag: string) => {
    words.push(word);
    tags.push(tag);
  };
  const sayPhrase = ({ adjective, noun }: Phrase, article: string) => {
    say(article, 'DET');
    if (adjective !== null) say(adjective, 'ADJ');
    say(noun, 'NOUN');
  };
  sayPhrase(parts.subject, 'the');
  say(parts.verb, 'VERB');
  sayPhrase(parts.object, 'a');
  if (dice.chance(0.3)) say('again', 'ADV');
  say('.', 'PUNCT');
  return { words, tags, topic, parts };
}

export function sentences(seed: number, n: number): Sentence[] {
  const dice = new Dice(seed);
  return Array.from({ length: n }, () => sentence(dice));
}
