import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attribute, call, describe, findFunction, isNdArray, member, settled } from '../api.ts';
import { type CaseRun, compareForms, compareWithKey, flatten, requireCount } from '../case-run.ts';
import { isObject, type Json, listOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { camelCase, xpPath } from '../names.ts';
import { FormatError, Mismatch, needsHost } from '../outcome.ts';
import { expectRaises } from '../raises.ts';
import { bytesOf, Decoder } from '../values.ts';
import { checkPartition } from './partition.ts';
import { checkReconstruct, checkUnordered } from './reconstruct.ts';
import { compareValue } from './scalar-values.ts';
import { withFolder } from './trainers.ts';

const keys = `
  id fn method attr index set args options outputs value after named check kind bytes product values
  sorted kth axis shapes dtypes defaultDtype rtol atol raises message
`;

/** The parts of a case that hold its arguments. */
export const xpInputs = ['args', 'options', 'index', 'set'];

/** What a case calls. */
interface Action {
  /** Its name in messages. */
  readonly name: string;
  /** Its arguments, decoded. */
  readonly args: readonly unknown[];
  readonly act: (args: readonly unknown[]) => unknown;
}

/** Runs a case's call. What a device cannot do without waiting is done as its message says: by `onHost`. */
async function perform(run: CaseRun, { args, act }: Action): Promise<unknown> {
  try {
    return await act(args);
  } catch (error) {
    // An array that the call changes would be changed elsewhere.
    if (!needsHost(error) || run.case.set !== undefined || run.case.after !== undefined) throw error;
    return findFunction(run.api.xp, ['onHost'])((...moved: readonly unknown[]) => act(moved), ...args);
  }
}

/** A case of the array library. */
export async function runXp(run: CaseRun): Promise<void> {
  onlyKeys(run.case, keys, 'the case');
  const decoder = new Decoder(run.api, run.store, undefined, run.api.xp);
  const action = actionOf(run, decoder);
  if (run.case.raises !== undefined)
    return expectRaises(run.case.raises, { functions: [action.name] }, async () =>
      settled(run.api, await perform(run, action)),
    );
  if (run.case.check === 'npy') return checkNpy(run, action);
  const result = await perform(run, action);
  if (run.case.check !== undefined && run.case.check !== 'bytes') return checkResult(run, result);
  const compared = [
    run.case.outputs,
    run.case.value,
    run.case.after,
    run.case.named,
    run.case.set,
    run.case.bytes,
  ];
  if (compared.every((part) => part === undefined)) throw new FormatError('nothing to check');
  if (run.case.check === 'bytes') checkBytes(run, result);
  if (run.case.outputs !== undefined) await compareOutputs(run, flatten(result));
  if (run.case.value !== undefined) await compareValue(run, result, run.case.value, 'result');
  if (run.case.named !== undefined) await compareNamed(run, result);
  if (run.case.set !== undefined) {
    const key = stringOf(objectOf(run.case.set, 'set').result, 'set.result');
    await compareWithKey(run, action.args[0], key, 'the array');
  }
  for (const [i, key] of (run.case.after === undefined ? [] : listOf(run.case.after, 'after')).entries())
    if (key !== null)
      await compareWithKey(run, action.args[i], stringOf(key, 'after'), `argument ${i} afterwards`);
}

function actionOf(run: CaseRun, decoder: Decoder): Action {
  const { fn, method, attr, index, set } = run.case;
  if ([fn, method, attr, index, set].filter((part) => part !== undefined).length !== 1)
    throw new FormatError('exactly one of fn, method, attr, index, set is needed');
  if (fn !== undefined) {
    const path = xpPath(stringOf(fn, 'fn'));
    const callee = findFunction(run.api.xp, path);
    const args = decoder.arguments(run.case);
    return { name: path.at(-1) as string, args, act: (given) => callee(...given) };
  }
  const args = decoder.arguments(run.case);
  if (method !== undefined) {
    const name = camelCase(stringOf(method, 'method'));
    return { name, args, act: ([self, ...rest]) => call(self, name, ...rest) };
  }
  if (attr !== undefined) {
    const name = stringOf(attr, 'attr');
    return { name, args, act: ([self]) => attribute(self as object, name) };
  }
  if (index !== undefined) {
    const indices = listOf(index, 'index').map((item) => decoder.value(item));
    const given = [...args, ...indices];
    return { name: 'at', args: given, act: ([self, ...rest]) => call(self, 'at', ...rest) };
  }
  const assignment = objectOf(set, 'set');
  onlyKeys(assignment, 'index value result', 'set');
  const indices = listOf(assignment.index, 'set.index').map((item) => decoder.value(item));
  const value = decoder.value(assignment.value as Json);
  return { name: 'setAt', args, act: ([self]) => call(self, 'setAt', value, ...indices) };
}

async function compareOutputs(run: CaseRun, results: readonly unknown[]): Promise<void> {
  const outputs = listOf(run.case.outputs, 'outputs');
  requireCount(results, outputs.length);
  const anyDtype = run.case.defaultDtype === true;
  for (const [i, expected] of outputs.entries()) {
    if (typeof expected === 'string')
      await compareWithKey(run, results[i], expected, `output ${i}`, { anyDtype });
    else if (isObject(expected)) {
      onlyKeys(expected, 'value', 'an output');
      await compareValue(run, results[i], expected.value as Json, `output ${i}`);
    } else if (expected !== null) throw new FormatError(`outputs: ${JSON.stringify(expected)}`);
  }
  compareForms(run, results);
}

/** What `load` found in an `.npz`: a Map, an object of arrays, or something with `keys()` and `get(name)`. */
async function compareNamed(run: CaseRun, result: unknown): Promise<void> {
  const named = objectOf(run.case.named, 'named');
  const listed = typeof member(result, 'keys') === 'function' && typeof member(result, 'get') === 'function';
  const names = listed ? [...(call(result, 'keys') as Iterable<string>)] : Object.keys(result as object);
  if (names.sort().join(' ') !== Object.keys(named).sort().join(' '))
    throw new Mismatch(`load found ${names.join(' ')}, expected ${Object.keys(named).join(' ')}`);
  for (const [name, key] of Object.entries(named)) {
    const array = await (listed ? call(result, 'get', name) : member(result, name));
    await compareWithKey(run, array, stringOf(key, 'named'), name);
  }
}

async function checkResult(run: CaseRun, result: unknown): Promise<void> {
  const results = flatten(result);
  await compareOutputs(run, results);
  const { check } = run.case;
  if (check === 'reconstruct') await checkReconstruct(run, results);
  else if (check === 'unordered') await checkUnordered(run, results[0]);
  else if (check === 'partition' || check === 'argpartition') await checkPartition(run, results[0], check);
  else throw new FormatError(`check ${JSON.stringify(check)}`);
}

function compareBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  const at = expected.findIndex((byte, i) => byte !== actual[i]);
  if (at >= 0 || actual.length !== expected.length)
    throw new Mismatch(
      `${what}: got ${actual.length} bytes, expected ${expected.length}; first difference at ${at < 0 ? expected.length : at}`,
    );
}

function checkBytes(run: CaseRun, result: unknown): void {
  if (!(result instanceof Uint8Array)) throw new Mismatch(`expected a Uint8Array, got ${describe(result)}`);
  compareBytes(result, bytesOf(run.store, stringOf(run.case.bytes, 'bytes')), 'bytes');
}

async function checkNpy(run: CaseRun, action: Action): Promise<void> {
  const expected = bytesOf(run.store, stringOf(run.case.bytes, 'bytes'));
  const save = findFunction(run.api.xp, xpPath(stringOf(run.case.fn, 'fn')));
  const [array, ...rest] = action.args;
  const saved = isNdArray(run.api, array) ? await findFunction(run.api.xp, ['hostArray'])(array) : array;
  await withFolder(async (folder) => {
    const path = join(folder, 'saved.npy');
    await save(path, saved, ...rest);
    compareBytes(new Uint8Array(await readFile(path)), expected, 'the file');
  });
}
