import type { Example } from './example.ts';
import { mnist } from './mnist/train.ts';
import { pos } from './pos/train.ts';
import { ptb } from './ptb/train.ts';
import { sentiment } from './sentiment/train.ts';
import { word2vec } from './word2vec/train.ts';

/** The menu, from the first steps on. */
export const examples: readonly Example[] = [mnist, ptb, word2vec, sentiment, pos];
