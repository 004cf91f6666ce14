import type { Storage } from './storage.ts';

/** Anything that owns a storage: arrays, and variables through their array. */
export interface HasStorage {
  readonly storage: Storage;
}

let current: Storage[] | null = null;

/** Devices call this for every allocation. */
export function track(storage: Storage): void {
  if (current !== null) current.push(storage);
}

/** Sends what is allocated from now on to another list; returns the one before. For those who release what they own step by step. */
export function trackInto(list: Storage[] | null): Storage[] | null {
  const before = current;
  current = list;
  return before;
}

/** Whether a scope is open. */
export function inScope(): boolean {
  return current !== null;
}

function storagesOf(value: unknown, visit: (s: Storage) => void, depth = 0): void {
  if (value === null || typeof value !== 'object' || depth > 8) return;
  if ('storage' in value && value.storage !== undefined) return visit((value as HasStorage).storage);
  if ('array' in value && !Array.isArray(value)) return storagesOf(value.array, visit, depth + 1);
  if (ArrayBuffer.isView(value)) return;
  const items =
    value instanceof Map || value instanceof Set
      ? [...value.values()]
      : Array.isArray(value)
        ? value
        : Object.getPrototypeOf(value) === Object.prototype
          ? Object.values(value)
          : [];
  for (const item of items) storagesOf(item, visit, depth + 1);
}

/** The last ones first: what a device has still to compute from others need not be computed when it goes before them. */
function releaseAll(storages: readonly Storage[]): void {
  for (let i = storages.length - 1; i >= 0; i--) if (!storages[i]!.kept) storages[i]!.release();
}

/**
 * Keeps arrays (or variables, or lists and records of them) beyond the scopes they were made in.
 *
 * @example
 * import { keep, scope, zeros } from '@chainer/xp';
 * let best = zeros([3]);
 * scope(() => { best = keep(best.add(1)); });
 * best.toArraySync(); // [1, 1, 1]
 */
export function keep<T>(value: T): T {
  storagesOf(value, (s) => {
    s.kept = true;
  });
  return value;
}

/**
 * Runs `body` and releases every array made in it, except what it returns and what was `keep`-ed.
 *
 * Results may be nested in lists, maps and records. Scopes nest: what an inner scope returns belongs to the outer one.
 *
 * @throws {TypeError} if `body` is asynchronous: its end would come too late.
 * @example
 * import { ones, scope } from '@chainer/xp';
 * const total = scope(() => ones([1000]).mul(2).sum()); // the temporary product is gone
 * total.itemSync(); // 2000
 */
export function scope<T>(body: () => T): T {
  const outer = current;
  const mine: Storage[] = [];
  current = mine;
  let result: T;
  try {
    result = body();
  } catch (error) {
    current = outer;
    releaseAll(mine);
    throw error;
  }
  current = outer;
  if (result instanceof Promise) {
    releaseAll(mine);
    result.catch(() => {});
    throw new TypeError(
      '[scope] the body is asynchronous, but a scope ends when its body returns: await first, or open a scope around each part without await',
    );
  }
  const returned = new Set<Storage>();
  storagesOf(result, (s) => returned.add(s));
  const left: Storage[] = [];
  for (const s of mine) {
    if (s.kept || !returned.has(s)) left.push(s);
    else outer?.push(s);
  }
  releaseAll(left);
  return result;
}
