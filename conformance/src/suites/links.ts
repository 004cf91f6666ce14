import {
  attribute,
  call,
  findClass,
  findMethod,
  member,
  paramsOf,
  setAttribute,
  withConfig,
} from '../api.ts';
import { type CaseRun, compareAll, compareWithKey, configOf, flatten, requireCount } from '../case-run.ts';
import { sameShape } from '../compare.ts';
import { type Json, type JsonObject, listOf, numbersOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { camelCase } from '../names.ts';
import { FormatError, Mismatch } from '../outcome.ts';
import { expectRaises } from '../raises.ts';
import { kindOf } from '../raw.ts';
import { arrayKeys, Decoder } from '../values.ts';
import { backpropagate } from './functions.ts';
import { comparePersistent, compareShapes, persistentOf, setState } from './link-state.ts';

const keys = `
  id link ctor config lazy hooks ctorShapes ctorParams params persistent attributes attributesAfter
  call calls outputs backward persistentAfter rtol atol
`;

/** The parts of a case that hold its arguments. */
export const linkInputs = ['ctor', 'hooks', 'params', 'attributes', 'call', 'calls'];

/** A case of a link: what it has after construction, what its calls return, gradients, states. */
export async function runLink(run: CaseRun): Promise<void> {
  if (run.case.shapesOnly !== undefined) return runShapes(run);
  const raises = run.case.raises !== undefined;
  onlyKeys(run.case, raises ? `${keys} raises raisesAt message` : keys, 'the case');
  const config = configOf(run.case.config);
  const construct = constructorOf(run);
  const calls = callsOf(run.case);
  if (raises) return runRaises(run, construct, calls, config);

  const link = withConfig(run.api, config, construct);
  const ctorShapes = run.case.ctorShapes === undefined ? null : objectOf(run.case.ctorShapes, 'ctorShapes');
  if (ctorShapes !== null && !hasHooks(run)) compareShapes(link, ctorShapes);
  addHooks(run, link);
  if (ctorShapes !== null && hasHooks(run)) compareShapes(link, ctorShapes);
  if (run.case.ctorParams !== undefined) {
    const params = paramsOf(link);
    await compareAll(
      run,
      objectOf(run.case.ctorParams, 'ctorParams'),
      (path) => params.get(path),
      'after construction:',
    );
  }
  setAttributes(run, link);
  if (run.case.lazy === true) callOnce(run, link, calls, config);
  setState(run, link);

  const { results, xs, gradients, params } = runCalls(run, link, calls, config);
  const outputs = calls.flatMap((step) => step.outputs ?? []);
  for (const [i, key] of outputs.entries())
    if (key !== null) await compareWithKey(run, results[i], stringOf(key, 'outputs'), `output ${i}`);
  if (gradients !== null) {
    const { gx, gparams } = backwardOf(run.case);
    const all = new Map([...xs, ...params].map((key, i) => [key, gradients[i]]));
    await compareAll(run, gx, (key) => all.get(key), 'gradient of');
    await compareAll(run, gparams, (path) => all.get(path), 'gradient of');
  }
  if (run.case.persistentAfter !== undefined)
    await comparePersistent(run, link, objectOf(run.case.persistentAfter, 'persistentAfter'));
  if (run.case.attributesAfter !== undefined) await compareAttributes(run, link);
}

interface LinkCall {
  readonly method: string;
  readonly content: JsonObject;
  readonly config: Record<string, Json>;
  /** Null: what the method returns is not looked at. */
  readonly outputs: readonly Json[] | null;
}

function callsOf(content: JsonObject): LinkCall[] {
  const read = (value: Json, outputs: Json | undefined): LinkCall => {
    const object = objectOf(value, 'call');
    onlyKeys(object, 'method args options config outputs', 'call');
    const expected = object.outputs ?? outputs;
    const list = expected === undefined ? null : listOf(expected, 'outputs');
    return {
      method: camelCase(stringOf(object.method, 'call.method')),
      content: object,
      config: configOf(object.config),
      outputs: list?.length === 0 ? null : list,
    };
  };
  if (content.calls !== undefined) return listOf(content.calls, 'calls').map((item) => read(item, undefined));
  return content.call === undefined ? [] : [read(content.call, content.outputs)];
}

function constructorOf(run: CaseRun): () => object {
  const Link = findClass(run.api.chainer, ['links', stringOf(run.case.link, 'link')]);
  const ctor = objectOf(run.case.ctor, 'ctor');
  onlyKeys(ctor, 'args options', 'ctor');
  return () => new Link(...new Decoder(run.api, run.store).arguments(ctor));
}

const hasHooks = (run: CaseRun): boolean => run.case.hooks !== undefined;

function addHooks(run: CaseRun, link: object): void {
  if (run.case.hooks === undefined) return;
  const decoder = new Decoder(run.api, run.store);
  for (const hook of listOf(run.case.hooks, 'hooks'))
    call(link, 'addHook', decoder.construct(objectOf(hook, 'hook'), 'hook', ['linkHooks']));
}

function setAttributes(run: CaseRun, link: object): void {
  if (run.case.attributes === undefined) return;
  const decoder = new Decoder(run.api, run.store);
  for (const [name, value] of Object.entries(objectOf(run.case.attributes, 'attributes'))) {
    const isKey = typeof value === 'string' && run.store.has(value);
    setAttribute(link, name, isKey ? decoder.array(value) : decoder.value(value));
  }
}

/** The arguments of a call: arrays with a gradient, and floats given positionally, are Variables. */
function decoderFor(run: CaseRun, calls: readonly LinkCall[]): Decoder {
  const { gx } = backwardOf(run.case);
  const positional = new Set(calls.flatMap(({ content }) => arrayKeys(content.args)));
  return new Decoder(
    run.api,
    run.store,
    (key, dtype) => key in gx || (positional.has(key) && kindOf(dtype).kind === 'float'),
  );
}

function callOnce(
  run: CaseRun,
  link: object,
  calls: readonly LinkCall[],
  config: Record<string, Json>,
): void {
  const first = calls.find(({ method }) => method === 'forward');
  if (first === undefined) throw new FormatError('lazy without a forward call');
  const args = decoderFor(run, calls).arguments(first.content);
  withConfig(run.api, { ...config, ...first.config }, () => call(link, 'forward', ...args));
  if (typeof member(link, 'resetState') === 'function') call(link, 'resetState');
}

async function compareAttributes(run: CaseRun, link: object): Promise<void> {
  for (const [name, value] of Object.entries(objectOf(run.case.attributesAfter, 'attributesAfter'))) {
    const actual = attribute(link, name);
    if (typeof value === 'string') await compareWithKey(run, actual, value, `attribute ${name}`);
    else if (value !== null || (actual ?? null) !== null)
      throw new Mismatch(`attribute ${name}: got ${actual}, expected ${JSON.stringify(value)}`);
  }
}

interface Backward {
  readonly gy: readonly Json[];
  readonly gx: JsonObject;
  readonly gparams: JsonObject;
}

function backwardOf(content: JsonObject): Backward {
  if (content.backward === undefined) return { gy: [], gx: {}, gparams: {} };
  const backward = objectOf(content.backward, 'backward');
  onlyKeys(backward, 'gy gx gparams', 'backward');
  return {
    gy: listOf(backward.gy, 'backward.gy'),
    gx: objectOf(backward.gx, 'backward.gx'),
    gparams: objectOf(backward.gparams ?? {}, 'backward.gparams'),
  };
}

interface CallResults {
  readonly results: readonly unknown[];
  readonly xs: readonly string[];
  readonly params: readonly string[];
  readonly gradients: readonly unknown[] | null;
}

/** Makes the calls, then backpropagates through all of them at once. */
function runCalls(
  run: CaseRun,
  link: object,
  calls: readonly LinkCall[],
  config: Record<string, Json>,
): CallResults {
  const decoder = decoderFor(run, calls);
  const { gy, gx, gparams } = backwardOf(run.case);
  const results = calls.flatMap(({ method, content, config: own, outputs }) => {
    const args = decoder.arguments(content);
    const result = withConfig(run.api, { ...config, ...own }, () => findMethod(link, method)(...args));
    if (outputs === null) return [];
    const parts = flatten(result);
    requireCount(parts, outputs.length);
    return parts;
  });
  const xs = Object.keys(gx).filter((key) => gx[key] !== null);
  const params = Object.keys(gparams).filter((path) => gparams[path] !== null);
  if (run.case.backward === undefined) return { results, xs, params, gradients: null };
  const all = paramsOf(link);
  const targets = [...xs.map((key) => decoder.made.get(key)), ...params.map((path) => all.get(path))];
  const missing = [...xs, ...params].find((_, i) => targets[i] === undefined);
  if (missing !== undefined) throw new Mismatch(`there is no ${missing} to compare the gradient of`);
  call(link, 'cleargrads');
  const gradients = withConfig(run.api, config, () => backpropagate(run, results, gy, targets));
  return { results, xs, params, gradients };
}

async function runRaises(
  run: CaseRun,
  construct: () => object,
  calls: readonly LinkCall[],
  config: Record<string, Json>,
): Promise<void> {
  const at = stringOf(run.case.raisesAt, 'raisesAt');
  const blame = { functions: [stringOf(run.case.link, 'link')], orBracketed: true };
  const within = (body: () => unknown) => () => withConfig(run.api, config, body);
  if (at === 'ctor') return expectRaises(run.case.raises, blame, within(construct));
  const link = withConfig(run.api, config, construct);
  if (at === 'hooks')
    return expectRaises(
      run.case.raises,
      blame,
      within(() => addHooks(run, link)),
    );
  if (at !== 'call') throw new FormatError(`raisesAt ${at}`);
  addHooks(run, link);
  setAttributes(run, link);
  setState(run, link);
  await expectRaises(run.case.raises, blame, () => {
    const decoder = decoderFor(run, calls);
    for (const { method, content, config: own } of calls) {
      const args = decoder.arguments(content);
      withConfig(run.api, { ...config, ...own }, () => findMethod(link, method)(...args));
    }
  });
}

const shapesKeys = `
  id link shapesOnly ctor config ctorShapes persistentShapes availableLayers
`;

/** A big link: only the shapes of what it has. */
async function runShapes(run: CaseRun): Promise<void> {
  onlyKeys(run.case, shapesKeys, 'the case');
  const link = withConfig(run.api, configOf(run.case.config), constructorOf(run));
  compareShapes(link, objectOf(run.case.ctorShapes, 'ctorShapes'));
  for (const [path, shape] of Object.entries(objectOf(run.case.persistentShapes ?? {}, 'persistentShapes'))) {
    const value = persistentOf(link, path);
    const actual = typeof value === 'number' ? [] : (member(value, 'shape') as readonly number[] | undefined);
    if (actual === undefined || !sameShape(actual, numbersOf(shape, 'persistentShapes')))
      throw new Mismatch(`${path}: got shape [${actual}], expected ${JSON.stringify(shape)}`);
  }
  if (run.case.availableLayers === undefined) return;
  const layers = JSON.stringify(attribute(link, 'available_layers'));
  if (layers !== JSON.stringify(run.case.availableLayers))
    throw new Mismatch(
      `availableLayers: got ${layers}, expected ${JSON.stringify(run.case.availableLayers)}`,
    );
}
