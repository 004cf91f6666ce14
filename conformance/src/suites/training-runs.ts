import { arrayOf, attribute, call, findFunction, linkAt, makeRaw, paramsOf, readArray } from '../api.ts';
import { type CaseRun, compareAll, compareWithKey, expectedArray } from '../case-run.ts';
import { isClose } from '../compare.ts';
import { listOf, numberOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { FormatError, Mismatch } from '../outcome.ts';
import type { Storage } from '../raw.ts';
import { comparePersistent } from './link-state.ts';
import { buildOptimized, buildTraining, compareLog, withFolder } from './trainers.ts';

/** What describes a trainer. */
export const trainerKeys = `
  id kind model params persistent optimizer updater train test stop extensions
`;
const resultKeys = `
  log logRtol logAtol finalParams finalPersistent rtol atol
`;
const bpttKeys = `
  id kind model params persistent optimizer sequence batchSize bpropLen updates losses finalStates
  finalParams finalPersistent rtol atol
`;

/** The parts of a case that hold its arguments. */
export const runInputs = ['model', 'params', 'persistent', 'train', 'test', 'sequence', 'run', 'grads'];

/** A whole training: a trainer, or truncated backpropagation through time by hand. */
export async function runTraining(run: CaseRun): Promise<void> {
  const kind = stringOf(run.case.kind, 'kind');
  if (kind === 'bptt') return runBptt(run);
  if (kind !== 'trainer') throw new FormatError(`kind ${kind}`);
  onlyKeys(run.case, `${trainerKeys} ${resultKeys}`, 'the case');
  await withFolder(async (out) => {
    const training = buildTraining(run, run.case, out);
    await call(training.trainer, 'run');
    await compareLog(run.case, run.case, out);
    await compareFinal(run, training.link);
  });
}

/** Compares finalParams and finalPersistent. */
export async function compareFinal(run: CaseRun, link: object): Promise<void> {
  const params = paramsOf(link);
  const expected = objectOf(run.case.finalParams, 'finalParams');
  await compareAll(run, expected, (path) => params.get(path), 'final');
  await comparePersistent(run, link, objectOf(run.case.finalPersistent ?? {}, 'finalPersistent'));
}

async function runBptt(run: CaseRun): Promise<void> {
  onlyKeys(run.case, bpttKeys, 'the case');
  const { link, predictor, optimizer } = buildOptimized(run, run.case);
  const add = findFunction(run.api.chainer, ['functions', 'add']);
  const sequence = expectedArray(run, stringOf(run.case.sequence, 'sequence'));
  const n = sequence.data.length;
  const batchSize = numberOf(run.case.batchSize, 'batchSize');
  const offsets = Array.from({ length: batchSize }, (_, i) => Math.floor((i * n) / batchSize));
  const batch = (time: number): unknown => {
    const values = sequence.data.slice(0, batchSize) as Storage;
    for (const [i, offset] of offsets.entries()) values[i] = sequence.data[(offset + time) % n] as never;
    return makeRaw(run.api, { dtype: sequence.dtype, shape: [batchSize], data: values });
  };
  const length = numberOf(run.case.bpropLen, 'bpropLen');
  const losses = listOf(run.case.losses, 'losses');
  for (let update = 0; update < numberOf(run.case.updates, 'updates'); update++) {
    let loss: unknown;
    for (let step = 0; step < length; step++) {
      const time = update * length + step;
      const own = call(link, 'forward', batch(time), batch(time + 1));
      loss = loss === undefined ? own : add(loss, own);
    }
    const { data } = await readArray(run.api, arrayOf(run.api, loss));
    const expected = numberOf(losses[update], 'losses');
    if (!isClose(Number(data[0]), expected, run.tolerance))
      throw new Mismatch(`loss of update ${update}: got ${data[0]}, expected ${expected}`);
    call(link, 'cleargrads');
    call(loss, 'backward');
    call(loss, 'unchainBackward');
    call(optimizer, 'update');
  }
  await compareFinal(run, link);
  for (const [path, key] of Object.entries(objectOf(run.case.finalStates, 'finalStates'))) {
    const at = path.lastIndexOf('/');
    const state = attribute(linkAt(predictor, path.slice(0, at) || '/'), path.slice(at + 1));
    await compareWithKey(run, state, stringOf(key, 'finalStates'), `final ${path}`);
  }
}
