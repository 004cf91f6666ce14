import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, findClass, findFunction } from '../api.ts';
import type { CaseRun } from '../case-run.ts';
import { isClose, type Tolerance } from '../compare.ts';
import { type Json, type JsonObject, listOf, numberOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { camelCase } from '../names.ts';
import { Mismatch } from '../outcome.ts';
import { Decoder } from '../values.ts';
import { setState } from './link-state.ts';
import { buildModel, type Model } from './models.ts';
import { addHooks, makeOptimizer } from './optimizers.ts';

/** A trainer that is ready to run. */
export interface Training extends Model {
  readonly trainer: object;
  readonly optimizer: object;
  readonly updater: object;
  /** Where its files go. */
  readonly out: string;
}

/** Runs a body with a folder of its own, removed afterwards. */
export async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Model with its parameters, and the optimizer set up on it: what runs of either kind begin with. */
export function buildOptimized(run: CaseRun, content: JsonObject): Model & { readonly optimizer: object } {
  const model = buildModel(run, content.model);
  setState(run, model.link, content);
  const description = objectOf(content.optimizer, 'optimizer');
  onlyKeys(description, 'optimizer ctor hooks', 'optimizer');
  const optimizer = makeOptimizer(run, description);
  call(optimizer, 'setup', model.link);
  addHooks(run, optimizer, description.hooks);
  return { ...model, optimizer };
}

/** Builds the trainer that a run describes. */
export function buildTraining(run: CaseRun, content: JsonObject, out: string): Training {
  const { link, predictor, optimizer } = buildOptimized(run, content);
  const training = (...path: string[]) => findClass(run.api.chainer, ['training', ...path]);
  const updaterOptions = objectOf(content.updater ?? {}, 'updater');
  const iterator = makeIterator(run, content.train, 'train', { shuffle: false });
  const updater = new (training('updaters', 'StandardUpdater'))(
    iterator,
    optimizer,
    ...(Object.keys(updaterOptions).length === 0
      ? []
      : [new Decoder(run.api, run.store).options(updaterOptions)]),
  );
  const trainer = new (training('Trainer'))(updater, { stopTrigger: content.stop, out });
  const test = (): unknown => makeIterator(run, content.test, 'test', { repeat: false, shuffle: false });
  for (const item of listOf(content.extensions, 'extensions')) {
    const description = objectOf(item, 'extension');
    onlyKeys(description, 'extension args options extend', 'extension');
    const name = stringOf(description.extension, 'extension');
    const own = new Decoder(run.api, run.store).arguments(description);
    const args = name === 'Evaluator' ? [test(), link, ...own] : own;
    const extension = /^[A-Z]/.test(name)
      ? new (training('extensions', name))(...args)
      : findFunction(run.api.chainer, ['training', 'extensions', camelCase(name)])(...args);
    call(trainer, 'extend', extension, ...(description.extend === undefined ? [] : [description.extend]));
  }
  return { link, predictor, optimizer, updater, trainer, out };
}

/** A SerialIterator over the TupleDataset of `{x, t, batchSize}`. */
function makeIterator(
  run: CaseRun,
  value: Json | undefined,
  what: string,
  options: Readonly<Record<string, unknown>>,
): unknown {
  const content = objectOf(value, what);
  onlyKeys(content, 'x t batchSize', what);
  const decoder = new Decoder(run.api, run.store);
  const TupleDataset = findClass(run.api.chainer, ['datasets', 'TupleDataset']);
  const SerialIterator = findClass(run.api.chainer, ['iterators', 'SerialIterator']);
  const columns = ['x', 't'].map((name) => decoder.array(stringOf(content[name], name)));
  return new SerialIterator(new TupleDataset(...columns), numberOf(content.batchSize, 'batchSize'), options);
}

/** Compares the file that the LogReport of a run wrote with the `log` of a result. */
export async function compareLog(description: JsonObject, result: JsonObject, out: string): Promise<void> {
  const report = listOf(description.extensions, 'extensions')
    .map((item) => objectOf(item, 'extension'))
    .find(({ extension }) => extension === 'LogReport');
  const filename = objectOf(report?.options ?? {}, 'options').filename ?? 'log';
  const text = await readFile(join(out, stringOf(filename, 'filename')), 'utf8');
  compareEntries(JSON.parse(text) as Json, listOf(result.log, 'log'), logTolerance(result));
}

/** How near a log must come. */
export const logTolerance = (result: JsonObject): Tolerance => ({
  rtol: numberOf(result.logRtol, 'logRtol'),
  atol: numberOf(result.logAtol, 'logAtol'),
});

/** Entries of a log: epoch and iteration exactly, other values within the tolerance, elapsed_time present. */
export function compareEntries(actual: Json, expected: readonly Json[], tolerance: Tolerance): void {
  if (!Array.isArray(actual) || actual.length !== expected.length)
    throw new Mismatch(
      `log: got ${Array.isArray(actual) ? actual.length : typeof actual} entries, expected ${expected.length}`,
    );
  for (const [i, item] of expected.entries()) {
    const { elapsed_time: elapsed, ...entry } = objectOf(actual[i] as Json, 'log entry');
    const { elapsed_time: _, ...wanted } = objectOf(item, 'log entry');
    if (typeof elapsed !== 'number') throw new Mismatch(`log entry ${i} has no elapsed_time`);
    const names = Object.keys(entry).sort().join(' ');
    const expectedNames = Object.keys(wanted).sort().join(' ');
    if (names !== expectedNames)
      throw new Mismatch(`log entry ${i}: got ${names}, expected ${expectedNames}`);
    for (const [name, value] of Object.entries(wanted)) {
      const exact = name === 'epoch' || name === 'iteration';
      const limits = exact ? { rtol: 0, atol: 0 } : tolerance;
      const got = entry[name];
      if (typeof got !== 'number' || !isClose(got, numberOf(value, name), limits))
        throw new Mismatch(`log entry ${i}, ${name}: got ${got}, expected ${value}`);
    }
  }
}
