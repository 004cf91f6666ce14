import { attribute, attributeName, isInitialized, linkAt, member, paramsOf, setAttribute } from '../api.ts';
import { type CaseRun, compareWithKey, expectedArray } from '../case-run.ts';
import { sameShape } from '../compare.ts';
import { type JsonObject, numbersOf, objectOf, stringOf } from '../json.ts';
import { Mismatch } from '../outcome.ts';
import { Decoder } from '../values.ts';

/** Exactly these parameters, each of its shape or not initialised. */
export function compareShapes(link: object, expected: JsonObject): void {
  const params = paramsOf(link);
  const paths = [...params.keys()].sort().join(' ');
  const wanted = Object.keys(expected).sort().join(' ');
  if (paths !== wanted) throw new Mismatch(`the parameters are ${paths}, expected ${wanted}`);
  for (const [path, shape] of Object.entries(expected)) {
    const param = params.get(path) as object;
    const actual = isInitialized(param) ? [...(member(param, 'shape') as readonly number[])] : null;
    const wantedShape = shape === null ? null : numbersOf(shape, 'ctorShapes');
    const agree =
      actual === null || wantedShape === null ? actual === wantedShape : sameShape(actual, wantedShape);
    if (!agree)
      throw new Mismatch(
        `${path}: got ${actual === null ? 'uninitialised' : `[${actual}]`}, expected ${JSON.stringify(shape)}`,
      );
  }
}

/** Sets params and persistent values of a case. */
export function setState(run: CaseRun, link: object, content: JsonObject = run.case): void {
  const decoder = new Decoder(run.api, run.store);
  const params = paramsOf(link);
  const values = content.params === undefined ? {} : objectOf(content.params, 'params');
  for (const [path, key] of Object.entries(values)) {
    const param = params.get(path);
    if (param === undefined) throw new Mismatch(`there is no parameter ${path}`);
    (param as Record<string, unknown>).array = decoder.array(stringOf(key, 'params'));
  }
  const persistent = content.persistent === undefined ? {} : objectOf(content.persistent, 'persistent');
  for (const [path, key] of Object.entries(persistent))
    setPersistent(run, link, path, stringOf(key, 'persistent'));
}

const split = (path: string): [owner: string, name: string] => {
  const at = path.lastIndexOf('/');
  return [path.slice(0, at) || '/', path.slice(at + 1)];
};

/** A persistent value by the path that Chainer serializes it under. */
export function persistentOf(link: object, path: string): unknown {
  const [owner, name] = split(path);
  return attribute(linkAt(link, owner), name);
}

function setPersistent(run: CaseRun, link: object, path: string, key: string): void {
  const [at, name] = split(path);
  const owner = linkAt(link, at);
  const current = member(owner, attributeName(owner, name));
  // A scalar is a number in the link, or a 0-d array, as the link has it.
  const scalar = typeof current === 'number' || typeof current === 'bigint';
  const value = scalar ? Number(expectedArray(run, key).data[0]) : new Decoder(run.api, run.store).array(key);
  setAttribute(owner, name, value);
}

/** Compares persistent values; a number is as good as a 0-d array of it. */
export async function comparePersistent(
  run: CaseRun,
  link: object,
  expected: JsonObject,
  exactly = false,
): Promise<void> {
  for (const [path, key] of Object.entries(expected)) {
    if (typeof key !== 'string') continue;
    const value = persistentOf(link, path);
    if (typeof value === 'number' || typeof value === 'bigint') {
      const { shape, data } = expectedArray(run, key);
      // biome-ignore lint/suspicious/noDoubleEquals: == compares a bigint and a number by value
      if (shape.length > 0 || data[0] != value)
        throw new Mismatch(`${path}: got ${value}, expected ${data[0]}`);
    } else {
      await compareWithKey(run, value, key, path, exactly ? { rtol: 0, atol: 0 } : {});
    }
  }
}
