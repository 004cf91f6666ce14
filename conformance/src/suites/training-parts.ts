import {
  attribute,
  call,
  callExtension,
  callTrigger,
  entriesOf,
  findClass,
  member,
  nextBatch,
  reportInto,
} from '../api.ts';
import type { CaseRun } from '../case-run.ts';
import { type Json, type JsonObject, listOf, numberOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { FormatError, Mismatch } from '../outcome.ts';
import { expectRaises } from '../raises.ts';
import { Decoder } from '../values.ts';
import { compareNumber } from './numbers.ts';

/** The parts of a case that hold its arguments. */
export const partInputs = ['ctor', 'x', 't', 'options'];

/** A trainer that stands still at one entry of a stream. */
function standingTrainer(entry: JsonObject, optimizer: object | null): object {
  onlyKeys(entry, 'iteration epoch epochDetail previousEpochDetail isNewEpoch observation', 'stream');
  const { observation, ...position } = entry;
  return {
    updater: {
      ...position,
      getOptimizer: () => optimizer,
      getAllOptimizers: () => ({ main: optimizer }),
    },
    observation: { ...objectOf(observation ?? {}, 'observation') },
    out: '.',
    elapsedTime: 0,
  };
}

function construct(run: CaseRun, place: readonly string[], ctor: Json | undefined): object {
  const content = objectOf(ctor, 'ctor');
  onlyKeys(content, 'args options', 'ctor');
  return new (findClass(run.api.chainer, place))(...new Decoder(run.api, run.store).arguments(content));
}

/** A trigger, called along a stream of positions. */
export async function runTrigger(run: CaseRun): Promise<void> {
  onlyKeys(run.case, 'id trigger ctor dataset batchSize stream fires finished raises message', 'the case');
  const name = stringOf(run.case.trigger, 'trigger');
  const place = ['training', 'triggers', name];
  findClass(run.api.chainer, place);
  if (run.case.raises !== undefined) {
    const blame = { functions: [name], orBracketed: true };
    return expectRaises(run.case.raises, blame, () => construct(run, place, run.case.ctor));
  }
  const trigger = construct(run, place, run.case.ctor);
  const fires = listOf(run.case.fires, 'fires');
  const finished = run.case.finished === undefined ? null : listOf(run.case.finished, 'finished');
  const stream = listOf(run.case.stream, 'stream');
  if (stream.length !== fires.length) throw new FormatError('stream and fires are of different length');
  for (const [i, entry] of stream.entries()) {
    const fired = await callTrigger(trigger, standingTrainer(objectOf(entry, 'stream'), null));
    if (fired !== fires[i]) throw new Mismatch(`call ${i}: got ${fired}, expected ${fires[i]}`);
    if (finished === null) continue;
    const end = attribute(trigger, 'finished');
    if (end !== finished[i])
      throw new Mismatch(`finished after call ${i}: got ${end}, expected ${finished[i]}`);
  }
}

/** An extension that changes a hyperparameter, or MicroAverage. */
export async function runExtension(run: CaseRun): Promise<void> {
  onlyKeys(
    run.case,
    'id extension ctor attr optimizer optimizerOptions calls values rtol atol stream reported raises message',
    'the case',
  );
  const name = stringOf(run.case.extension, 'extension');
  const place = ['training', 'extensions', name];
  findClass(run.api.chainer, place);
  if (run.case.raises !== undefined) {
    const blame = { functions: [name], orBracketed: true };
    return expectRaises(run.case.raises, blame, () => construct(run, place, run.case.ctor));
  }
  const extension = construct(run, place, run.case.ctor);
  if (run.case.reported !== undefined) return runReporting(run, extension);
  const Optimizer = findClass(run.api.chainer, ['optimizers', stringOf(run.case.optimizer, 'optimizer')]);
  const decoder = new Decoder(run.api, run.store);
  const optimizer = new Optimizer(...decoder.arguments({ options: run.case.optimizerOptions ?? {} }));
  const attr = stringOf(run.case.attr, 'attr');
  const values = listOf(run.case.values, 'values');
  const calls = numberOf(run.case.calls, 'calls');
  if (values.length !== calls + 1) throw new FormatError('values is not one longer than calls');
  const trainer = standingTrainer({}, optimizer);
  await call(extension, 'initialize', trainer);
  await compareNumber(run, attribute(optimizer, attr), values[0], 'after initialize');
  for (let i = 1; i <= calls; i++) {
    await callExtension(extension, trainer);
    await compareNumber(run, attribute(optimizer, attr), values[i], `after call ${i}`);
  }
}

async function runReporting(run: CaseRun, extension: object): Promise<void> {
  const reported = listOf(run.case.reported, 'reported');
  const stream = listOf(run.case.stream, 'stream');
  if (stream.length !== reported.length) throw new FormatError('stream and reported are of different length');
  for (const [i, entry] of stream.entries()) {
    const trainer = standingTrainer(objectOf(entry, 'stream'), null);
    const observation: Record<string, unknown> = {};
    await reportInto(run.api, null, observation, () => callExtension(extension, trainer));
    const values = entriesOf(observation);
    const expected = reported[i] as Json;
    if (expected === null) {
      if (values.length > 0) throw new Mismatch(`call ${i}: reported ${values}, expected nothing`);
    } else {
      if (values.length !== 1) throw new Mismatch(`call ${i}: ${values.length} reports, expected 1`);
      await compareNumber(run, values[0]?.[1], expected, `call ${i}`);
    }
  }
}

/** An iterator, advanced step by step. */
export async function runIterator(run: CaseRun): Promise<void> {
  onlyKeys(run.case, 'id iterator dataset batchSize options plan initial steps raises message', 'the case');
  const name = stringOf(run.case.iterator, 'iterator');
  const Iterator = findClass(run.api.chainer, ['iterators', name]);
  const dataset = Array.from({ length: numberOf(run.case.dataset, 'dataset') }, (_, i) => i);
  const options = { ...new Decoder(run.api, run.store).options(objectOf(run.case.options, 'options')) };
  if (options.orderSampler === 'reverse') options.orderSampler = reversed;
  const make = (): object =>
    new Iterator(
      dataset,
      numberOf(run.case.batchSize, 'batchSize'),
      ...(Object.keys(options).length ? [options] : []),
    );
  if (run.case.raises !== undefined)
    return expectRaises(run.case.raises, { functions: [name], orBracketed: true }, make);
  const iterator = make();
  compareIteratorState(iterator, objectOf(run.case.initial, 'initial'), 'at the start');
  for (const [i, item] of listOf(run.case.steps, 'steps').entries()) {
    const { batch, reset, ...state } = objectOf(item, 'step');
    if (reset === true) call(iterator, 'reset');
    else {
      const got = await nextBatch(iterator);
      if (JSON.stringify(got) !== JSON.stringify(batch))
        throw new Mismatch(`step ${i}: got ${JSON.stringify(got)}, expected ${JSON.stringify(batch)}`);
    }
    compareIteratorState(iterator, state, `after step ${i}`);
  }
}

const reversed = (order: unknown): unknown => (call(order, 'slice') as { reverse(): unknown }).reverse();

function compareIteratorState(iterator: object, expected: JsonObject, when: string): void {
  onlyKeys(
    expected,
    'epoch isNewEpoch epochDetail previousEpochDetail currentPosition',
    'the state of an iterator',
  );
  for (const [name, value] of Object.entries(expected)) {
    const got = member(iterator, name) ?? null;
    if (got !== value) throw new Mismatch(`${name} ${when}: got ${got}, expected ${value}`);
  }
}
