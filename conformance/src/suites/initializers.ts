import { type Api, applyInitializer, findClass, findFunction, makeRaw, readArray } from '../api.ts';
import { type CaseRun, compareWithKey } from '../case-run.ts';
import { type JsonObject, numberOf, numbersOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { camelCase } from '../names.ts';
import { FormatError, Mismatch } from '../outcome.ts';
import { expectRaises } from '../raises.ts';
import { elements, kindOf, sizeOf } from '../raw.ts';
import { Decoder } from '../values.ts';

const keys = `
  id initializer ctor shape dtype fans expect values orthogonal rtol atol raises message fn
`;

/** The parts of a case that hold its arguments. */
export const initializerInputs = ['ctor'];

function makeInitializer(run: CaseRun): object {
  const Initializer = findClass(run.api.chainer, [
    'initializers',
    stringOf(run.case.initializer, 'initializer'),
  ]);
  const ctor = objectOf(run.case.ctor, 'ctor');
  onlyKeys(ctor, 'args options', 'ctor');
  return new Initializer(...new Decoder(run.api, run.store).arguments(ctor));
}

function emptyArray(api: Api, dtype: string, shape: readonly number[]): unknown {
  const { storage, kind } = kindOf(dtype);
  const size = sizeOf(shape) * (kind === 'complex' ? 2 : 1);
  return makeRaw(api, { dtype, shape, data: new storage(new ArrayBuffer(size * storage.BYTES_PER_ELEMENT)) });
}

/** A case of an initializer: its exact values, or the statistics of what it draws. */
export async function runInitializer(run: CaseRun): Promise<void> {
  onlyKeys(run.case, keys, 'the case');
  const shape = numbersOf(run.case.shape, 'shape');
  const dtype = run.case.dtype === undefined ? 'float32' : stringOf(run.case.dtype, 'dtype');
  if (run.case.fn !== undefined) {
    const name = camelCase(stringOf(run.case.fn, 'fn'));
    const fn = findFunction(run.api.chainer, ['initializers', name]);
    if (run.case.raises === undefined) throw new FormatError('a case with fn must raise');
    return expectRaises(run.case.raises, { functions: [name] }, () => fn(shape));
  }
  findClass(run.api.chainer, ['initializers', stringOf(run.case.initializer, 'initializer')]);
  if (run.case.raises !== undefined) {
    const blame = { functions: [stringOf(run.case.initializer, 'initializer')], orBracketed: true };
    return expectRaises(run.case.raises, blame, () =>
      applyInitializer(makeInitializer(run), emptyArray(run.api, dtype, shape)),
    );
  }
  const { expect, values, orthogonal, fans } = run.case;
  if (expect === undefined && values === undefined && orthogonal === undefined)
    throw new FormatError('nothing to check');
  if (fans !== undefined) {
    const actual = findFunction(run.api.chainer, ['initializers', 'getFans'])(shape);
    if (JSON.stringify(actual) !== JSON.stringify(fans))
      throw new Mismatch(
        `getFans([${shape}]) gave ${JSON.stringify(actual)}, expected ${JSON.stringify(fans)}`,
      );
  }
  const array = applyInitializer(makeInitializer(run), emptyArray(run.api, dtype, shape));
  if (values !== undefined) await compareWithKey(run, array, stringOf(values, 'values'), 'values');
  const raw = await readArray(run.api, array);
  const numbers = Array.from(elements(raw), Number);
  if (expect !== undefined) checkStatistics(numbers, objectOf(expect, 'expect'));
  if (orthogonal !== undefined) checkOrthogonal(numbers, shape, numberOf(orthogonal, 'orthogonal'));
}

/** Mean, standard deviation and range of a sample against the bounds of a case. */
export function checkStatistics(values: readonly number[], expect: JsonObject): void {
  onlyKeys(expect, 'mean std meanTol stdTol min max maxAtLeast', 'expect');
  const bound = (name: string): number => numberOf(expect[name], `expect.${name}`);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  const check = (holds: boolean, text: string): void => {
    if (!holds) throw new Mismatch(text);
  };
  check(Math.abs(mean - bound('mean')) <= bound('meanTol'), `mean: got ${mean}, expected ${bound('mean')}`);
  check(Math.abs(std - bound('std')) <= bound('stdTol'), `std: got ${std}, expected ${bound('std')}`);
  const outside = values.find((x) => !(x >= bound('min') && x <= bound('max')));
  check(outside === undefined, `got ${outside}, outside [${bound('min')}, ${bound('max')}]`);
  if (expect.maxAtLeast === undefined) return;
  const largest = values.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  check(largest >= bound('maxAtLeast'), `largest: got ${largest}, expected at least ${bound('maxAtLeast')}`);
}

/** Rows (or columns, whichever are fewer) of the matrix are orthogonal and of length `scale`. */
export function checkOrthogonal(values: readonly number[], shape: readonly number[], scale: number): void {
  const rows = shape[0] ?? 1;
  const columns = values.length / rows;
  const at = (i: number, j: number): number => values[i * columns + j] as number;
  const wide = rows <= columns;
  const count = wide ? rows : columns;
  const length = wide ? columns : rows;
  for (let p = 0; p < count; p++)
    for (let q = 0; q < count; q++) {
      let product = 0;
      for (let k = 0; k < length; k++) product += wide ? at(p, k) * at(q, k) : at(k, p) * at(k, q);
      const expected = p === q ? scale * scale : 0;
      if (!(Math.abs(product - expected) <= 1e-4))
        throw new Mismatch(`scalar product of ${p} and ${q}: got ${product}, expected ${expected}`);
    }
}
