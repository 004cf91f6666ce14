/** Whether the program of a record still fails: then the record it really used, else null. */
export type StillFails = (record: readonly number[]) => readonly number[] | null;

/** Shorter first, then smaller numbers. */
function simpler(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return a.length < b.length;
  const i = a.findIndex((v, k) => v !== b[k]);
  return i >= 0 && (a[i] as number) < (b[i] as number);
}

/**
 * A simplest record whose program still fails: leaves out decisions, a long run of them first, then makes numbers smaller, until
 * nothing helps or `attempts` programs were run.
 */
export function shrink(record: readonly number[], stillFails: StillFails, attempts = 400): readonly number[] {
  let best = record;
  let left = attempts;
  const attempt = (candidate: readonly number[]): boolean => {
    if (left <= 0 || !simpler(candidate, best)) return false;
    left--;
    const used = stillFails(candidate);
    if (used === null || !simpler(used, best)) return false;
    best = used;
    return true;
  };
  for (let improved = true; improved && left > 0; ) {
    improved = false;
    for (const length of [64, 32, 16, 8, 4, 2, 1]) {
      // From the end: what was decided last depends on what was decided first.
      for (let at = best.length - length; at >= 0; at--) {
        if (attempt([...best.slice(0, at), ...best.slice(at + length)])) improved = true;
      }
    }
    for (let at = 0; at < best.length; at++) {
      const value = best[at] as number;
      for (const smaller of [0, value >> 1, value - 1]) {
        if (smaller >= 0 && smaller < value && attempt(best.map((v, k) => (k === at ? smaller : v)))) {
          improved = true;
          break;
        }
      }
    }
  }
  return best;
}
