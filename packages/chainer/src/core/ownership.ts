import { input, type NdArray } from '@chainer/xp/functions';
import { Kernel, launchInto, type Storage, trackInto } from '@chainer/xp/internal';
import { add } from '../functions/math/add.ts';
import type { Variable } from './variable.ts';

const addition = /*#__PURE__*/ new Kernel('backward', () => [input(0).add(input(1))]);

/**
 * Gradients that a backward pass made itself: nobody else can hold them, so their memory goes back as soon as the last
 * function that needs them has run, without waiting for a collection.
 */
export class Ownership {
  private readonly pass: number;

  constructor(pass: number) {
    this.pass = pass;
  }

  hold(g: Variable): void {
    g.array.storage.holders++;
  }

  /** One holder less; without holders, what this pass made is released. */
  drop(g: Variable): void {
    this.dropArray(g.array);
  }

  dropArray(x: NdArray): void {
    const s = x.storage;
    s.holders--;
    if (s.holders <= 0) {
      s.holders = 0;
      if (s.born === this.pass && !s.kept) s.release();
    }
  }

  /** Runs one step: what it allocates and does not hand on is released at its end. */
  during(body: () => void): void {
    const made: Storage[] = [];
    const outer = trackInto(made);
    try {
      body();
    } finally {
      trackInto(outer);
    }
    for (const s of made) {
      if (s.released) continue;
      if (s.holders === 0 && !s.kept) s.release();
      else {
        s.born = this.pass;
        outer?.push(s);
      }
    }
  }

  /** The sum of two gradients, in the memory of one where only this pass holds it. */
  sum(a: Variable, b: Variable): Variable {
    const [into, other] = this.mayOverwrite(a) ? [a, b] : this.mayOverwrite(b) ? [b, a] : [null, null];
    if (into !== null && other !== null) {
      const operands = [into.array, other.array];
      launchInto(addition.program(operands), operands, into.array, 'backward');
      this.drop(other);
      return into;
    }
    const total = add(a, b);
    this.hold(total);
    this.drop(a);
    this.drop(b);
    return total;
  }

  private mayOverwrite(g: Variable): boolean {
    const { storage, contiguous, size, dtype } = g.array;
    return (
      storage.born === this.pass &&
      storage.holders === 1 &&
      contiguous &&
      storage.nbytes === size * dtype.itemsize
    );
  }
}
