// Every public function that takes options refuses those it does not know. Which functions these are, their types say.

import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { takersOfOptions } from './options.mjs';

/** A function with options: its path from the package, the place of the options, what may stand there and in the places before. */
interface Taker {
  readonly path: readonly string[];
  readonly place: number;
  readonly places: readonly (readonly string[])[];
  readonly kinds: readonly string[];
}

type Callable = (...args: unknown[]) => unknown;

const takers = takersOfOptions('xp') as Taker[];

const x = xp.ones([2, 2], { device: 'js' });
const instances: Readonly<Record<string, object>> = {
  NdArray: x,
  ElementwiseKernel: new xp.ElementwiseKernel('mine', 1, (a) => a),
  ReductionKernel: new xp.ReductionKernel('mine', 1, { reduce: (a, b) => a.add(b), identity: 0 }),
  RandomState: new xp.random.RandomState(0),
  Generator: new xp.random.Generator(0),
};

/** Something that may stand in a place. */
function example(kinds: readonly string[]): unknown {
  if (kinds.includes('NdArray')) return x;
  if (kinds.includes('arrays')) return [x, x];
  if (kinds.includes('number')) return 1;
  if (kinds.includes('list')) return [1];
  if (kinds.includes('function')) return (a: unknown) => a;
  if (kinds.includes('nothing') || kinds.includes('options')) return undefined;
  return kinds[0];
}

/** Calls a function with `value` in the place of its options. */
async function call({ path, place, places }: Taker, value: unknown): Promise<unknown> {
  let owner: unknown = xp;
  for (const name of path.slice(0, -1)) {
    if (name === 'prototype') continue;
    owner = instances[name] ?? (owner as Record<string, unknown>)[name];
  }
  const name = path.at(-1) as string;
  const f = (owner as Record<string, Callable>)[name] as Callable;
  const args = [...places.map(example), value];
  expect(args).toHaveLength(place + 1);
  return path.includes('prototype') || !/^[A-Z]/.test(name)
    ? f.apply(owner, args)
    : Reflect.construct(f, args);
}

const named = takers.map((taker) => [`${taker.path.join('.')}, argument ${taker.place}`, taker] as const);

/** What it is told. Results are not shown: a device hangs on them. */
async function told(taker: Taker, value: unknown): Promise<string> {
  try {
    await call(taker, value);
    return 'nothing';
  } catch (error) {
    return String(error);
  }
}

describe('options', () => {
  it('are found', () => {
    expect(takers.length).toBeGreaterThan(700);
  });

  it.each(named)('%s: an unknown one is refused', async (_, taker) => {
    expect(await told(taker, { noSuchOption: 1 })).toMatch(
      /^TypeError: \[[\w.]+\] unknown option 'noSuchOption'; options are /,
    );
  });

  const alone = named.filter(([, { kinds }]) => kinds.every((k) => k === 'options' || k === 'nothing'));
  it.each(alone)('%s: a number in their place is refused', async (_, taker) => {
    expect(await told(taker, 5)).toMatch(
      /^TypeError: \[[\w.]+\] options must be a record \{ [\w, ]+ \}, got 5$/,
    );
  });
});
