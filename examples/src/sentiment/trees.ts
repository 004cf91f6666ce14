import { Dice } from '../dice.ts';
import { bad, good, type Phrase, sentence } from '../text/grammar.ts';

/** A parsed sentence: every node has a label, a leaf a word, an inner node two children. */
export interface Tree {
  readonly label: number;
  readonly word?: string;
  readonly left?: Tree;
  readonly right?: Tree;
}

/**
 * A tree of the treebank's form: `(3 (2 the) (4 (3 happy) (2 cat)))`.
 *
 * @throws {Error} that names the place where it is none.
 */
export function parseTree(line: string): Tree {
  let at = 0;
  const fail = (expected: string): never => {
    throw new Error(`a tree has ${expected} at column ${at + 1}: ${line.slice(0, 60)}`);
  };
  const skip = () => {
    while (line[at] === ' ') at++;
  };
  const node = (): Tree => {
    skip();
    if (line[at] !== '(') fail("no '('");
    at++;
    const label = /^\d+/.exec(line.slice(at))?.[0] ?? fail('no label');
    at += label.length;
    skip();
    let tree: Tree;
    if (line[at] === '(') tree = { label: Number(label), left: node(), right: node() };
    else {
      const word = /^[^\s()]+/.exec(line.slice(at))?.[0] ?? fail('no word');
      at += word.length;
      tree = { label: Number(label), word };
    }
    skip();
    if (line[at] !== ')') fail("no ')'");
    at++;
    return tree;
  };
  const tree = node();
  if (line.slice(at).trim() !== '') fail('something behind its end');
  return tree;
}

/** Trees of generated sentences: labels from 0 (bad) to 4 (good); `not` turns what it stands before. */
export function generatedTrees(seed: number, n: number): Tree[] {
  const dice = new Dice(seed);
  const leaf = (word: string): Tree => ({
    label: (good as readonly string[]).includes(word) ? 3 : (bad as readonly string[]).includes(word) ? 1 : 2,
    word,
  });
  const join = (left: Tree, right: Tree, label?: number): Tree => ({
    label: label ?? Math.min(4, Math.max(0, left.label + right.label - 2)),
    left,
    right,
  });
  const phrase = ({ adjective, noun }: Phrase): Tree => {
    if (adjective === null) return join(leaf('the'), leaf(noun));
    const plain = leaf(adjective);
    const said = dice.chance(0.3) ? join(leaf('not'), plain, 4 - plain.label) : plain;
    return join(leaf('the'), join(said, leaf(noun)));
  };
  return Array.from({ length: n }, () => {
    const { parts } = sentence(dice);
    return join(phrase(parts.subject), join(leaf(parts.verb), phrase(parts.object)));
  });
}
