import {
  call,
  findFunction,
  grad,
  isVariable,
  makeRaw,
  makeVariable,
  member,
  settled,
  withConfig,
} from '../api.ts';
import {
  type CaseRun,
  compareAll,
  compareWithKey,
  configOf,
  expectedArray,
  flatten,
  requireCount,
} from '../case-run.ts';
import { type Json, type JsonObject, listOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { camelCase } from '../names.ts';
import { FormatError, Mismatch, Unsupported } from '../outcome.ts';
import { expectRaises } from '../raises.ts';
import type { Storage } from '../raw.ts';
import { Decoder } from '../values.ts';

const keys = `
  id fn args options config outputs backward double rtol atol
`;

/** The parts of a case that hold its arguments. */
export const functionInputs = ['args', 'options'];

/** A case of a function of Chainer: forward, gradient, gradient of the gradient. */
export async function runFunction(run: CaseRun): Promise<void> {
  onlyKeys(run.case, run.case.raises === undefined ? keys : `${keys} raises message`, 'the case');
  const path = stringOf(run.case.fn, 'fn').split('.').map(camelCase);
  const functions = member(run.api.chainer, 'functions');
  if (typeof functions !== 'object' || functions === null) throw new Unsupported('there are no functions');
  const fn = findFunction(functions, path);
  const config = configOf(run.case.config);
  const backward = run.case.backward === undefined ? null : objectOf(run.case.backward, 'backward');
  if (backward !== null) onlyKeys(backward, 'gy gx', 'backward');
  const gx = backward === null ? {} : objectOf(backward.gx, 'backward.gx');
  const decoder = (): Decoder => new Decoder(run.api, run.store, (key) => key in gx);

  if (run.case.raises !== undefined) {
    await expectRaises(run.case.raises, { functions: [path.at(-1) as string] }, () =>
      settled(
        run.api,
        withConfig(run.api, config, () => fn(...decoder().arguments(run.case))),
      ),
    );
    return;
  }

  const outputs = listOf(run.case.outputs, 'outputs');
  const inputs = decoder();
  const { results, gradients } = withConfig(run.api, config, () => {
    const parts = flatten(fn(...inputs.arguments(run.case)));
    requireCount(parts, outputs.length);
    const gys = backward === null ? [] : listOf(backward.gy, 'backward.gy');
    const xs = Object.keys(gx).map((key) => inputs.made.get(key));
    return { results: parts, gradients: backward === null ? [] : backpropagate(run, parts, gys, xs) };
  });
  for (const [i, key] of outputs.entries())
    if (key !== null) await compareWithKey(run, results[i], stringOf(key, 'outputs'), `output ${i}`);
  const byKey = new Map(Object.keys(gx).map((key, i) => [key, gradients[i]]));
  await compareAll(run, gx, (key) => byKey.get(key), 'gradient of');
  if (run.case.double !== undefined)
    await runDouble(run, objectOf(run.case.double, 'double'), fn, gx, backward, decoder());
}

/**
 * Gradients of `Σ gy·y` with respect to variables.
 * With one output by `backward()`, with more by `grad`, since one backward pass of a graph starts at one variable.
 */
export function backpropagate(
  run: CaseRun,
  ys: readonly unknown[],
  gys: readonly Json[],
  xs: readonly unknown[],
): readonly unknown[] {
  requireCount(ys, gys.length);
  const array = (key: Json): unknown => new Decoder(run.api, run.store).array(stringOf(key, 'gy'));
  const pairs = ys.map((y, i) => [y, gys[i] as Json] as const).filter(([, gy]) => gy !== null);
  for (const [y] of pairs)
    if (!isVariable(run.api, y)) throw new Mismatch(`an output with a gradient is no Variable: ${y}`);
  const [only] = pairs;
  if (only !== undefined && pairs.length === 1) {
    const [y, gy] = only;
    (y as Record<string, unknown>).grad = array(gy);
    call(y, 'backward');
    return xs.map((x) => member(x, 'grad') ?? null);
  }
  const gradOutputs = pairs.map(([, gy]) => makeVariable(run.api, array(gy)));
  const outputs = pairs.map(([y]) => y);
  return grad(run.api, outputs, xs, { gradOutputs });
}

/** `s = Σ ggx·gx`: its gradients with respect to the inputs and to gy. */
async function runDouble(
  run: CaseRun,
  double: JsonObject,
  fn: (...args: readonly unknown[]) => unknown,
  gx: JsonObject,
  backward: JsonObject | null,
  inputs: Decoder,
): Promise<void> {
  onlyKeys(double, 'ggx gx ggy', 'double');
  if (backward === null) throw new FormatError('double without backward');
  const ggx = objectOf(double.ggx, 'double.ggx');
  const expectedX = objectOf(double.gx, 'double.gx');
  const expectedY = listOf(double.ggy, 'double.ggy');
  const gyKeys = listOf(backward.gy, 'backward.gy');
  const { api, store } = run;
  const variable = (key: Json): object =>
    makeVariable(api, new Decoder(api, store).array(stringOf(key, 'key')));
  const xKeys = Object.keys(gx);
  const { byX, byY } = withConfig(api, configOf(run.case.config), () => {
    const ys = flatten(fn(...inputs.arguments(run.case))).filter((_, i) => gyKeys[i] !== null);
    const xs = xKeys.map((key) => inputs.made.get(key));
    const gys = gyKeys.map((key) => (key === null ? null : variable(key)));
    const gradOutputs = gys.filter((gy) => gy !== null);
    const gxs = grad(api, ys, xs, { gradOutputs, enableDoubleBackprop: true });
    const reached = xKeys.flatMap((key, i) => {
      const weight = ggx[key];
      return gxs[i] && typeof weight === 'string' ? [{ gx: gxs[i], weight }] : [];
    });
    const wanted = [...xs, ...gradOutputs];
    const weights = reached.map((part) => variable(part.weight));
    const outputs = reached.map((part) => part.gx);
    const found = reached.length === 0 ? [] : grad(api, outputs, wanted, { gradOutputs: weights });
    const of = new Map(wanted.map((target, i) => [target, found[i]]));
    return {
      byX: new Map(xKeys.map((key, i) => [key, of.get(xs[i])])),
      byY: gys.map((gy) => (gy === null ? null : of.get(gy))),
    };
  });
  // No path means a gradient of zero.
  const orZero = (gradient: unknown, key: Json): unknown =>
    gradient ?? (typeof key === 'string' ? zeros(run, key) : null);
  await compareAll(
    run,
    expectedX,
    (key) => orZero(byX.get(key), expectedX[key] as Json),
    'second gradient of',
  );
  for (const [i, key] of expectedY.entries())
    if (typeof key === 'string')
      await compareWithKey(run, orZero(byY[i], key), key, `second gradient of gy ${i}`);
}

function zeros(run: CaseRun, key: string): unknown {
  const { dtype, shape, data } = expectedArray(run, key);
  return makeRaw(run.api, { dtype, shape, data: data.slice().fill(0 as never) as Storage });
}
