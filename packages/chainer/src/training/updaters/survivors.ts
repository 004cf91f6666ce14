import { NdArray, scope } from '@chainer/xp/functions';
import { type Storage, trackInto } from '@chainer/xp/internal';
import type { FunctionNode } from '../../core/function-node.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import { Variable } from '../../core/variable.ts';

/**
 * Every array that an iteration leaves behind for the next ones: parameters with their gradients and optimizer states, whatever
 * else the fields of the given objects reach (persistent values, states of recurrent links), and the graph above variables
 * among them.
 */
export function survivors(roots: readonly unknown[]): NdArray[] {
  const found: NdArray[] = [];
  const seen = new Set<object>();
  const graph: FunctionNode[] = [];

  const visitFields = (owner: object): void => {
    for (const key of Object.keys(owner)) visit((owner as Record<string, unknown>)[key]);
  };

  const visitVariable = (x: Variable): void => {
    if (x instanceof Parameter) {
      if (x.updateRule !== null) visitFields(x.updateRule);
      if (!x.isInitialized) return;
    }
    found.push(x.array);
    const rows = x.node.gradRows;
    if (rows !== null) found.push(rows.ids, rows.rows);
    else visit(x.node.gradVar);
    if (x.creator !== null) graph.push(x.creator);
  };

  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    if (value instanceof NdArray) {
      found.push(value);
      return;
    }
    if (seen.has(value) || ArrayBuffer.isView(value)) return;
    seen.add(value);
    if (value instanceof Variable) visitVariable(value);
    else if (value instanceof Link || isPlain(value)) visitFields(value);
    else if (Array.isArray(value) || value instanceof Set) for (const item of value) visit(item);
    else if (value instanceof Map) for (const item of value.values()) visit(item);
  };

  for (const root of roots) visit(root);
  for (let f = graph.pop(); f !== undefined; f = graph.pop()) {
    if (seen.has(f)) continue;
    seen.add(f);
    // What it retained, and arrays of its own (masks, indices).
    visitFields(f);
    for (const x of f.inputs) if (x?.creator) graph.push(x.creator);
  }
  return found;
}

/**
 * Runs step after step, each in a scope. What one leaves behind and the next holds no longer (the loss that a model keeps in a field) is
 * garbage; where the device's memory is out of the collector's sight, it is released then.
 */
export class Steps {
  private left: Storage[] = [];

  /** @param body the step; what it returns survives. */
  run(body: () => NdArray[]): void {
    const made: Storage[] = [];
    const outer = trackInto(made);
    let found: readonly NdArray[];
    try {
      found = scope(body);
    } finally {
      trackInto(outer);
      for (const storage of made) if (!storage.released) outer?.push(storage);
    }
    const held = new Set(found.map((x) => x.storage));
    for (const storage of this.left) if (!held.has(storage) && !storage.kept) storage.release();
    const hidden = [...this.left, ...made].filter((s) => !s.released && !s.device.synchronous);
    this.left = hidden.filter((s) => held.has(s));
  }
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
