import { attribute, call, findClass, makeRaw, member, paramsOf, setAttribute } from '../api.ts';
import { type CaseRun, compareAll, compareWithKey, expectedArray } from '../case-run.ts';
import { type Json, type JsonObject, listOf, numberOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { camelCase } from '../names.ts';
import { FormatError, Mismatch } from '../outcome.ts';
import { expectRaises } from '../raises.ts';
import { Decoder } from '../values.ts';

const keys = `
  id optimizer ctor hooks params grads expected stateAfter set ruleHooks fp32Update rtol atol
`;
const raisesKeys = `
  id optimizer ctor hooks params grads setup call raises message
`;

/** The parts of a case that hold its arguments. */
export const optimizerInputs = ['ctor', 'params', 'grads', 'call'];

/** `{optimizer, ctor, hooks}`: the optimizer, before setup. */
export function makeOptimizer(run: CaseRun, content: JsonObject): object {
  const Optimizer = findClass(run.api.chainer, ['optimizers', stringOf(content.optimizer, 'optimizer')]);
  const ctor = objectOf(content.ctor, 'ctor');
  onlyKeys(ctor, 'args options', 'ctor');
  return new Optimizer(...new Decoder(run.api, run.store).arguments(ctor));
}

const hooksOf = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : listOf(value, 'hooks');

/** Adds the hooks of a list to an optimizer or to an update rule. */
export function addHooks(run: CaseRun, target: unknown, hooks: Json | undefined): void {
  const decoder = new Decoder(run.api, run.store);
  for (const hook of hooksOf(hooks)) call(target, 'addHook', decoder.value(hook));
}

/** A link that has just these parameters, by path. */
function linkOf(run: CaseRun, params: JsonObject): object {
  const Chain = findClass(run.api.chainer, ['Chain']);
  const Parameter = findClass(run.api.chainer, ['Parameter']);
  const decoder = new Decoder(run.api, run.store);
  const root = new Chain();
  for (const [path, key] of Object.entries(params)) {
    const names = path.split('/').filter((name) => name !== '');
    const last = names.pop();
    if (last === undefined) throw new FormatError(`params: ${path} is no path`);
    let link = root as Record<string, unknown>;
    for (const name of names) {
      link[name] ??= new Chain();
      link = link[name] as Record<string, unknown>;
    }
    link[last] = new Parameter(decoder.array(stringOf(key, 'params')));
  }
  return root;
}

/** Sets the gradient of each parameter; null clears it. */
export function setGrads(run: CaseRun, link: object, grads: JsonObject): void {
  const decoder = new Decoder(run.api, run.store);
  const params = paramsOf(link);
  for (const [path, key] of Object.entries(grads)) {
    const param = params.get(path);
    if (param === undefined) throw new Mismatch(`there is no parameter ${path}`);
    if (key === null) call(param, 'cleargrad');
    else (param as Record<string, unknown>).grad = decoder.array(stringOf(key, 'grads'));
  }
}

/** The update rule of a parameter. */
export const ruleOf = (link: object, path: string): object => {
  const rule = member(paramsOf(link).get(path), 'updateRule');
  if (typeof rule !== 'object' || rule === null) throw new Mismatch(`${path} has no updateRule`);
  return rule;
};

/** One value of a rule's state, by the name that Chainer serializes it under. */
function stateOf(rule: object, name: string): unknown {
  if (name === 't') return member(rule, 't');
  const state = member(rule, 'state');
  if (state instanceof Map) return state.get(name) ?? state.get(camelCase(name));
  if (typeof state !== 'object' || state === null)
    throw new Mismatch(`the update rule has no state, expected ${name}`);
  return attribute(state, name);
}

/** Compares the state of update rules: `{path: {name: KEY}}`. */
export async function compareState(
  run: CaseRun,
  link: object,
  expected: JsonObject,
  exactly = false,
): Promise<void> {
  for (const [path, names] of Object.entries(expected)) {
    const rule = ruleOf(link, path);
    for (const [name, key] of Object.entries(objectOf(names, 'state'))) {
      if (typeof key !== 'string') continue;
      const value = stateOf(rule, name);
      const what = `state ${name} of ${path}`;
      if (typeof value === 'number') {
        const wanted = Number(expectedArray(run, key).data[0]);
        if (value !== wanted) throw new Mismatch(`${what}: got ${value}, expected ${wanted}`);
      } else {
        await compareWithKey(run, value, key, what, exactly ? { rtol: 0, atol: 0 } : {});
      }
    }
  }
}

/** A case of an optimizer: the parameters after each update. */
export async function runOptimizer(run: CaseRun): Promise<void> {
  if (run.case.raises !== undefined) return runRaises(run);
  onlyKeys(run.case, keys, 'the case');
  const optimizer = makeOptimizer(run, run.case);
  const link = linkOf(run, objectOf(run.case.params, 'params'));
  if (run.case.fp32Update === true) call(optimizer, 'useFp32Update');
  call(optimizer, 'setup', link);
  addHooks(run, optimizer, run.case.hooks);
  for (const [path, hooks] of Object.entries(objectOf(run.case.ruleHooks ?? {}, 'ruleHooks')))
    addHooks(run, ruleOf(link, path), hooks);

  const grads = listOf(run.case.grads, 'grads');
  const expected = listOf(run.case.expected, 'expected');
  if (grads.length !== expected.length) throw new FormatError('grads and expected are of different length');
  for (const [step, values] of grads.entries()) {
    applySettings(run, optimizer, link, step);
    setGrads(run, link, objectOf(values, 'grads'));
    call(optimizer, 'update');
    const params = paramsOf(link);
    const wanted = objectOf(expected[step], 'expected');
    await compareAll(run, wanted, (path) => params.get(path), `step ${step}:`);
  }
  if (run.case.stateAfter !== undefined)
    await compareState(run, link, objectOf(run.case.stateAfter, 'stateAfter'));
}

/** `set`: attributes of the optimizer, or hyperparameters of one rule, that change before a step. */
function applySettings(run: CaseRun, optimizer: object, link: object, step: number): void {
  const decoder = new Decoder(run.api, run.store);
  for (const item of run.case.set === undefined ? [] : listOf(run.case.set, 'set')) {
    const setting = objectOf(item, 'set');
    onlyKeys(setting, 'before param attr value', 'set');
    if (numberOf(setting.before, 'before') !== step) continue;
    const attr = stringOf(setting.attr, 'attr');
    const value = decoder.value(setting.value as Json);
    if (setting.param === undefined) {
      setAttribute(optimizer, attr, value);
      continue;
    }
    const rule = ruleOf(link, stringOf(setting.param, 'param'));
    const owner = attr === 'enabled' ? rule : (member(rule, 'hyperparam') as object);
    setAttribute(owner, attr, value);
  }
}

async function runRaises(run: CaseRun): Promise<void> {
  onlyKeys(run.case, raisesKeys, 'the case');
  const content = objectOf(run.case.call, 'call');
  onlyKeys(content, 'method args options', 'call');
  const method = camelCase(stringOf(content.method, 'method'));
  const blame = { functions: [stringOf(run.case.optimizer, 'optimizer'), method], orBracketed: true };
  if (method === 'ctor') return expectRaises(run.case.raises, blame, () => makeOptimizer(run, run.case));
  const optimizer = makeOptimizer(run, run.case);
  const link = run.case.params === undefined ? null : linkOf(run, objectOf(run.case.params, 'params'));
  const target = link ?? anyLink(run);
  if (run.case.setup === true) call(optimizer, 'setup', target);
  addHooks(run, optimizer, run.case.hooks);
  const args = new Decoder(run.api, run.store).arguments(content);
  // A gradient that does not fit may be refused when it is set. A Python property is read, not called.
  await expectRaises(run.case.raises, blame, () => {
    for (const grads of run.case.grads === undefined ? [] : listOf(run.case.grads, 'grads'))
      setGrads(run, target, objectOf(grads, 'grads'));
    if (!(method in optimizer)) return call(optimizer, method, ...args);
    const value = member(optimizer, method);
    return typeof value === 'function' ? call(optimizer, method, ...args) : undefined;
  });
}

/** A link with one parameter, for calls that need a target but look at nothing of it. */
function anyLink(run: CaseRun): object {
  const link = new (findClass(run.api.chainer, ['Chain']))() as Record<string, unknown>;
  const zeros = makeRaw(run.api, { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) });
  link.w = new (findClass(run.api.chainer, ['Parameter']))(zeros);
  return link;
}
