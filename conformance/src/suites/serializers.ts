import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, findFunction, isInitialized, member, paramsOf, readArray, withConfig } from '../api.ts';
import { type CaseRun, compareAll, compareWithKey, expectedArray } from '../case-run.ts';
import { difference } from '../compare.ts';
import { type Json, type JsonObject, listOf, numbersOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { inCOrder, type Npy, Npz } from '../npz.ts';
import { FormatError, Mismatch } from '../outcome.ts';
import { expectRaises } from '../raises.ts';
import type { RawArray } from '../raw.ts';
import { Decoder } from '../values.ts';
import { comparePersistent, persistentOf } from './link-state.ts';
import { buildModel } from './models.ts';
import { addHooks, compareState, makeOptimizer, setGrads } from './optimizers.ts';
import { buildTraining, compareEntries, compareLog, logTolerance, withFolder } from './trainers.ts';
import { compareFinal, trainerKeys } from './training-runs.ts';

const keysOfKind: { readonly [kind: string]: string } = {
  model: 'keys model load input params persistent output',
  optimizer: 'keys model optimizer params grads t epoch state paramsAfter',
  trainer: 'keys run snapshotName snapshots log logRtol logAtol finalParams finalPersistent',
  raises: 'into load raises message',
};

/** A file of Chainer's, and what must be found after loading it. */
export async function runSerializer(run: CaseRun): Promise<void> {
  const kind = stringOf(run.case.kind, 'kind');
  const own = keysOfKind[kind];
  if (own === undefined) throw new FormatError(`kind ${kind}`);
  onlyKeys(run.case, `id kind file rtol atol ${own}`, 'the case');
  // Fails early where the format is missing.
  formatOf(run);
  if (kind === 'model') return runModel(run);
  if (kind === 'optimizer') return runOptimizerFile(run);
  if (kind === 'trainer') return runTrainerFile(run);
  const load = objectOf(run.case.load, 'load');
  const { link } = buildModel(run, run.case.into);
  const blame = { functions: [formatOf(run).loadName], orBracketed: true };
  return expectRaises(run.case.raises, blame, () => loadFile(run, link, load));
}

interface FileFormat {
  readonly loadName: string;
  readonly load: (...args: readonly unknown[]) => unknown;
  readonly save: (...args: readonly unknown[]) => unknown;
}

function formatOf(run: CaseRun): FileFormat {
  const file = stringOf(run.case.file, 'file');
  const suffix = file.endsWith('.npz') ? 'Npz' : file.endsWith('.h5') ? 'Hdf5' : null;
  if (suffix === null) throw new FormatError(`file ${file}`);
  const serializer = (name: string) => findFunction(run.api.chainer, ['serializers', name]);
  const loadName = `load${suffix}`;
  return { loadName, load: serializer(loadName), save: serializer(`save${suffix}`) };
}

async function loadFile(run: CaseRun, into: unknown, options: JsonObject = {}): Promise<void> {
  onlyKeys(options, 'path strict ignoreNames', 'load');
  const path = join(run.folder, stringOf(run.case.file, 'file'));
  if (!existsSync(path)) throw new FormatError(`there is no file ${run.case.file}`);
  const source = run.api.paths ? path : await readFile(path);
  await formatOf(run).load(source, into, ...(Object.keys(options).length === 0 ? [] : [options]));
}

const exactly = { rtol: 0, atol: 0 };

async function runModel(run: CaseRun): Promise<void> {
  const { link } = buildModel(run, run.case.model);
  const load = objectOf(run.case.load, 'load');
  const expectedParams = objectOf(run.case.params, 'params');
  const expectedPersistent = objectOf(run.case.persistent, 'persistent');
  const kept = Object.keys(expectedParams).filter((path) => expectedParams[path] === null);
  const before = await stateOf(run, link, kept);
  await loadFile(run, link, load);

  const params = paramsOf(link);
  await compareAll(run, expectedParams, (path) => params.get(path), 'loaded', exactly);
  const after = await stateOf(run, link, kept);
  for (const path of kept) compareKept(path, after.get(path) ?? null, before.get(path) ?? null);
  await comparePersistent(run, link, expectedPersistent, true);
  for (const [path, key] of Object.entries(expectedPersistent))
    if (key === null && (persistentOf(link, path) ?? null) !== null)
      throw new Mismatch(`${path}: is initialised, expected it not to be`);

  if (run.case.output !== undefined) {
    const x = new Decoder(run.api, run.store).array(stringOf(run.case.input, 'input'));
    const y = withConfig(run.api, { train: false }, () => call(link, 'forward', x));
    await compareWithKey(run, y, stringOf(run.case.output, 'output'), 'output');
  }
  await compareSaved(run, link, typeof load.path === 'string' ? load.path : '');
}

/** What parameters hold: null where they are not initialised. */
async function stateOf(
  run: CaseRun,
  link: object,
  paths: readonly string[],
): Promise<Map<string, RawArray | null>> {
  const params = paramsOf(link);
  const state = new Map<string, RawArray | null>();
  for (const path of paths) {
    const param = params.get(path);
    if (param === undefined) throw new Mismatch(`there is no parameter ${path}`);
    state.set(path, isInitialized(param) ? await readArray(run.api, member(param, 'array')) : null);
  }
  return state;
}

function compareKept(path: string, after: RawArray | null, before: RawArray | null): void {
  const message =
    after !== null && before !== null
      ? difference(after, before, exactly)
      : after === before
        ? null
        : 'initialised';
  if (message !== null) throw new Mismatch(`${path} was not left as it was: ${message}`);
}

/** Saves an object and compares the file with the entries of the case, where it has any. */
async function compareSaved(run: CaseRun, object: unknown, prefix: string): Promise<void> {
  const expected = listOf(run.case.keys, 'keys').map((item) => objectOf(item, 'key'));
  if (expected.length === 0) return;
  // Reading HDF5 independently would need a library of its own: what is saved is loaded again by the cases above.
  if (!stringOf(run.case.file, 'file').endsWith('.npz')) return;
  await withFolder(async (folder) => {
    const path = join(folder, 'saved.npz');
    await formatOf(run).save(path, object);
    const saved = new Npz(await readFile(path));
    const inside = expected
      .filter(({ key }) => stringOf(key, 'key').startsWith(prefix))
      .map((entry) => asLoaded(run, entry, prefix));
    compareEntriesOf(run, saved, inside, (key) => key.slice(prefix.length), exactly);
  });
}

/** The entry as the model writes it: parameters keep their own dtype when a file of another one is loaded into them. */
function asLoaded(run: CaseRun, entry: JsonObject, prefix: string): JsonObject {
  const params = run.case.params === undefined ? {} : objectOf(run.case.params, 'params');
  const key = params[`/${stringOf(entry.key, 'key').slice(prefix.length)}`];
  return typeof key === 'string' ? { ...entry, array: key, dtype: run.store.get(key).dtype } : entry;
}

/** The same keys, and for each the same shape, dtype and value. */
function compareEntriesOf(
  run: CaseRun,
  saved: Npz,
  expected: readonly JsonObject[],
  rename: (key: string) => string,
  tolerance: { readonly rtol: number; readonly atol: number },
): void {
  const names = expected.map(({ key }) => rename(stringOf(key, 'key')));
  const missing = names.filter((name) => !saved.has(name));
  const extra = saved.keys().filter((name) => !names.includes(name));
  if (missing.length + extra.length > 0)
    throw new Mismatch(
      `saved keys: missing ${missing.join(' ') || 'none'}, too many ${extra.join(' ') || 'none'}`,
    );
  for (const [i, entry] of expected.entries()) {
    onlyKeys(entry, 'key shape dtype value array compression chunks', 'an entry of keys');
    const name = names[i] as string;
    compareEntry(run, name, saved.get(name), entry, tolerance);
  }
}

/** Wall-clock times: present, not compared. */
const isTime = (name: string): boolean => name.endsWith('_snapshot_elapsed_time');

function compareEntry(
  run: CaseRun,
  name: string,
  actual: Npy,
  entry: JsonObject,
  tolerance: { readonly rtol: number; readonly atol: number },
): void {
  const fail = (got: unknown, expected: unknown): never => {
    throw new Mismatch(`saved ${name}: got ${got}, expected ${expected}`);
  };
  const dtype = stringOf(entry.dtype, 'dtype');
  const shape = numbersOf(entry.shape, 'shape');
  if (actual.shape.join() !== shape.join()) fail(`shape [${actual.shape}]`, `[${shape}]`);
  if (dtype === 'object') {
    if (actual.type !== 'none') fail(actual.dtype, 'a pickled None');
    return;
  }
  if (dtype.startsWith('<U')) {
    if (actual.type !== 'string') return fail(actual.dtype, dtype);
    const text = stringOf(entry.value, 'value');
    if (actual.strings[0] !== text) compareText(run, name, actual.strings[0] ?? '', text);
    return;
  }
  if (actual.type !== 'array' || actual.dtype !== dtype) return fail(actual.dtype, dtype);
  if (isTime(name)) return;
  const raw = inCOrder(actual);
  if (typeof entry.array === 'string') {
    const message = difference(raw, expectedArray(run, entry.array), tolerance);
    if (message !== null) throw new Mismatch(`saved ${name}: ${message}`);
  } else if (Number(raw.data[0]) !== Number(entry.value)) {
    fail(raw.data[0], entry.value);
  }
}

/** A string that is a log: compared as one; any other string: as it is. */
function compareText(run: CaseRun, name: string, actual: string, expected: string): void {
  if (!name.endsWith('/_log')) throw new Mismatch(`saved ${name}: got ${actual}, expected ${expected}`);
  compareEntries(JSON.parse(actual) as Json, JSON.parse(expected) as Json[], logTolerance(run.case));
}

async function runOptimizerFile(run: CaseRun): Promise<void> {
  const { link } = buildModel(run, run.case.model);
  const decoder = new Decoder(run.api, run.store);
  const params = paramsOf(link);
  for (const [path, key] of Object.entries(objectOf(run.case.params, 'params')))
    (params.get(path) as Record<string, unknown>).array = decoder.array(stringOf(key, 'params'));
  const description = objectOf(run.case.optimizer, 'optimizer');
  const optimizer = makeOptimizer(run, description);
  call(optimizer, 'setup', link);
  addHooks(run, optimizer, description.hooks);
  await loadFile(run, optimizer);
  for (const name of ['t', 'epoch'])
    if (Number(member(optimizer, name)) !== run.case[name])
      throw new Mismatch(`${name}: got ${member(optimizer, name)}, expected ${run.case[name]}`);
  await compareState(run, link, objectOf(run.case.state, 'state'), true);
  await compareSaved(run, optimizer, '');
  setGrads(run, link, objectOf(run.case.grads, 'grads'));
  call(optimizer, 'update');
  const after = objectOf(run.case.paramsAfter, 'paramsAfter');
  await compareAll(run, after, (path) => params.get(path), 'after the update,');
}

async function runTrainerFile(run: CaseRun): Promise<void> {
  const description = objectOf(run.case.run, 'run');
  onlyKeys(description, trainerKeys, 'run');
  await withFolder(async (out) => {
    const training = buildTraining(run, description, out);
    await loadFile(run, training.trainer);
    await call(training.trainer, 'run');
    await compareLog(description, run.case, out);
    await compareFinal(run, training.link);
  });
  if (run.case.snapshots === undefined) return;
  // The same run from the start writes the same snapshots.
  await withFolder(async (out) => {
    await call(buildTraining(run, description, out).trainer, 'run');
    const expected = listOf(run.case.snapshots, 'snapshots').map((name) => stringOf(name, 'snapshots'));
    const files = await readdir(out);
    const missing = expected.filter((name) => !files.includes(name));
    if (missing.length > 0) throw new Mismatch(`no snapshot ${missing.join(', ')} among ${files.join(', ')}`);
    const name = stringOf(run.case.snapshotName, 'snapshotName');
    const saved = new Npz(await readFile(join(out, name)));
    const entries = listOf(run.case.keys, 'keys').map((item) => objectOf(item, 'key'));
    compareEntriesOf(run, saved, entries, (key) => key, run.tolerance);
  });
}

/** The parts of a case that hold its arguments. */
export const serializerInputs = ['model', 'params', 'input', 'grads', 'run', 'into'];
