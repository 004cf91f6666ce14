import type { NdArray } from '@chainer/xp/functions';
import type { Device, DeviceMark } from '@chainer/xp/internal';
import { FunctionHook } from '../core/function-hook.ts';
import type { FunctionNode } from '../core/function-node.ts';
import { writeAtomically } from '../files.ts';

/** A span of time as chrome://tracing and Perfetto show it; times are microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** What is written as a trace. */
export interface Trace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
}

/** A call of a function. */
interface Span {
  readonly name: string;
  readonly cat: 'forward' | 'backward';
  readonly start: number;
  readonly end: number;
  readonly shapes: readonly string[];
  readonly device: { readonly device: Device; readonly start: DeviceMark; readonly end: DeviceMark } | null;
}

/** Where a device's clock stands on the host's. */
interface Origin {
  readonly mark: DeviceMark;
  readonly time: number;
  readonly pid: number;
}

/** A backward pass is told by the gradients that it is given: inputs may have been given back. */
const there = (arrays: readonly (NdArray | null)[]): NdArray[] => arrays.filter((x) => x !== null);

/**
 * Records when functions run, forward and backward, as a file for chrome://tracing or ui.perfetto.dev: a row of what the host does, and one for
 * each device that runs behind the host, with the time from the first to the last kernel of a function. On other devices the host's times are
 * the device's.
 *
 * @example
 * import { functions as F, usingHook, xp } from 'chainer';
 * import { TraceHook } from 'chainer/functionHooks';
 * const hook = new TraceHook();
 * usingHook(hook, () => F.relu(xp.ones([1000])));
 * hook.trace().traceEvents.some((event) => event.name === 'ReLU'); // true
 */
export class TraceHook extends FunctionHook {
  readonly name = 'TraceHook';
  private readonly spans: Span[] = [];
  private readonly running: { readonly start: number; readonly mark: DeviceMark | null }[] = [];
  private readonly origins = new Map<Device, Origin>();
  private measured: readonly TraceEvent[] = [];

  override forwardPreprocess(_node: FunctionNode, inputs: readonly NdArray[]): void {
    this.begin(inputs);
  }

  override forwardPostprocess(node: FunctionNode, inputs: readonly NdArray[]): void {
    this.end(node.label, 'forward', inputs);
  }

  override backwardPreprocess(
    _node: FunctionNode,
    _inputs: readonly NdArray[],
    gradOutputs: readonly (NdArray | null)[],
  ): void {
    this.begin(there(gradOutputs));
  }

  override backwardPostprocess(
    node: FunctionNode,
    _inputs: readonly NdArray[],
    gradOutputs: readonly (NdArray | null)[],
  ): void {
    this.end(node.label, 'backward', there(gradOutputs));
  }

  private begin(inputs: readonly NdArray[]): void {
    const device = inputs[0]?.device;
    if (device?.mark !== undefined && !this.origins.has(device))
      this.origins.set(device, { mark: device.mark(), time: performance.now(), pid: 1 + this.origins.size });
    this.running.push({ start: performance.now(), mark: device?.mark?.() ?? null });
  }

  private end(name: string, cat: Span['cat'], inputs: readonly NdArray[]): void {
    const { start, mark } = this.running.pop() as { start: number; mark: DeviceMark | null };
    const end = performance.now();
    const device = inputs[0]?.device;
    this.spans.push({
      name,
      cat,
      start,
      end,
      shapes: inputs.map((x) => `${x.dtype.name}[${x.shape.join()}]`),
      device:
        mark === null
          ? null
          : { device: device as Device, start: mark, end: (device as Required<Device>).mark() },
    });
  }

  /** What was recorded so far; waits for the devices. */
  trace(): Trace {
    const spans = this.spans.splice(0);
    const events = spans.flatMap((span) => this.eventsOf(span));
    this.measured = [...this.measured, ...events];
    const named = (pid: number, name: string): TraceEvent => ({
      name: 'process_name',
      ph: 'M',
      pid,
      tid: 0,
      args: { name },
    });
    const devices = [...this.origins].map(([device, { pid }]) => named(pid, device.name));
    return { traceEvents: [named(0, 'host'), ...devices, ...this.measured], displayTimeUnit: 'ms' };
  }

  /** Writes it as a file. */
  async write(path: string): Promise<void> {
    await writeAtomically('TraceHook.write', path, JSON.stringify(this.trace()));
  }

  private eventsOf({ name, cat, start, end, shapes, device }: Span): TraceEvent[] {
    const args = { inputs: shapes };
    const whole = { name, cat, ph: 'X', tid: 0, args } as const;
    const host = { ...whole, pid: 0, ts: start * 1e3, dur: (end - start) * 1e3 };
    if (device === null) return [host];
    const origin = this.origins.get(device.device) as Origin;
    device.end.synchronize();
    const at = origin.time + device.start.since(origin.mark);
    const took = device.end.since(device.start);
    device.start.release();
    device.end.release();
    return [host, { ...whole, pid: origin.pid, ts: at * 1e3, dur: took * 1e3 }];
  }
}
