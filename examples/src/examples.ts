import { cifar } from './cifar/train.ts';
import { dcgan } from './dcgan/train.ts';
import type { Example } from './example.ts';
import { glance } from './glance/train.ts';
import { imageCaptioning } from './image-captioning/train.ts';
import { imagenet } from './imagenet/train.ts';
import { memnn } from './memnn/train.ts';
import { mnist } from './mnist/train.ts';
import { modelzoo } from './modelzoo/evaluate.ts';
import { pix2pix } from './pix2pix/train.ts';
import { pos } from './pos/train.ts';
import { ptb } from './ptb/train.ts';
import { sentiment } from './sentiment/train.ts';
import { seq2seq } from './seq2seq/train.ts';
import { serialization } from './serialization/run.ts';
import { textClassification } from './text-classification/train.ts';
import { vae } from './vae/train.ts';
import { wavenet } from './wavenet/train.ts';
import { word2vec } from './word2vec/train.ts';

/** The menu, from the first steps on. */
export const examples: readonly Example[] = [
  glance,
  mnist,
  cifar,
  imagenet,
  serialization,
  ptb,
  word2vec,
  seq2seq,
  sentiment,
  textClassification,
  pos,
  memnn,
  vae,
  dcgan,
  pix2pix,
  wavenet,
  imageCaptioning,
  modelzoo,
];
