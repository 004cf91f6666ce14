import { memory, type NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { FunctionHook } from '../core/function-hook.ts';
import type { FunctionNode } from '../core/function-node.ts';
import { printTable } from './stopwatch.ts';

/** Bytes of the calls of one function. */
export interface MemorySummary {
  /** By how much live memory grew. */
  usedBytes: number;
  /** By how much the peak of live memory grew. */
  acquiredBytes: number;
  occurrence: number;
}

/** One call: label, growth of live memory, growth of the peak; bytes. */
export type MemoryRecord = readonly [label: string, usedBytes: number, acquiredBytes: number];

/**
 * Measures how much memory functions take, forward and backward, on the device of their inputs.
 *
 * @example
 * import { functions as F, usingHook, xp } from 'chainer';
 * import { MemoryHook } from 'chainer/functionHooks';
 * const hook = new MemoryHook();
 * const x = xp.ones([1000], { device: 'js' });
 * usingHook(hook, () => F.relu(x));
 * hook.callHistory.map(([label, used]) => [label, used]); // [['ReLU', 4000]]
 */
export class MemoryHook extends FunctionHook {
  readonly name = 'MemoryHook';
  readonly callHistory: MemoryRecord[] = [];
  private readonly running: { readonly device: string; readonly live: number; readonly peak: number }[] = [];

  override forwardPreprocess(_node: FunctionNode, inputs: readonly NdArray[]): void {
    this.begin(inputs);
  }

  override forwardPostprocess(node: FunctionNode, _inputs: readonly NdArray[]): void {
    this.end(node.label);
  }

  override backwardPreprocess(
    _node: FunctionNode,
    inputs: readonly NdArray[],
    gradOutputs: readonly (NdArray | null)[],
  ): void {
    this.begin([...inputs, ...gradOutputs]);
  }

  override backwardPostprocess(
    node: FunctionNode,
    _inputs: readonly NdArray[],
    _gradOutputs: readonly (NdArray | null)[],
  ): void {
    this.end(node.label);
  }

  private begin(arrays: readonly (NdArray | null)[]): void {
    const device = arrays.find((x) => x !== null)?.device.name ?? 'js';
    const { live, peak } = memory.stats(device);
    this.running.push({ device, live, peak });
  }

  private end(label: string): void {
    const before = this.running.pop();
    if (before === undefined) return;
    const after = memory.stats(before.device);
    this.callHistory.push([label, after.live - before.live, after.peak - before.peak]);
  }

  /** Bytes and number of calls by label. */
  summary(): Record<string, MemorySummary> {
    const byLabel: Record<string, MemorySummary> = {};
    for (const [label, used, acquired] of this.callHistory) {
      byLabel[label] ??= { usedBytes: 0, acquiredBytes: 0, occurrence: 0 };
      const entry = byLabel[label];
      entry.usedBytes += used;
      entry.acquiredBytes += acquired;
      entry.occurrence++;
    }
    return byLabel;
  }

  /** Prints a table of the summary. */
  printReport(options: { readonly print?: (line: string) => void } = {}): void {
    checkOptions('MemoryHook.printReport', options, ['print']);
    const rows = Object.entries(this.summary()).map(([label, s]) => [
      label,
      sizeText(s.usedBytes),
      sizeText(s.acquiredBytes),
      String(s.occurrence),
    ]);
    printTable([['Function name', 'Used', 'Acquired', 'Occurrence'], ...rows], options.print);
  }
}

function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let k = 0;
  let size = bytes;
  while (Math.abs(size) >= 1024 && k < units.length - 1) {
    size /= 1024;
    k++;
  }
  return `${k === 0 ? size : size.toFixed(2)}${units[k]}`;
}
