import { parseArgs } from 'node:util';
import { defaultWorkloads, type WorkloadOptions, workloads } from './workloads.ts';

/** A command line that was understood. */
export interface Command extends WorkloadOptions {
  readonly names: readonly string[];
  readonly list: boolean;
  /** After each measurement, what its kernels take. */
  readonly kernels: boolean;
}

/**
 * Reads `WORKLOAD… [--batch N] [--only A,B] [--libraries A,B] [--kernels] [--list]`.
 *
 * @throws {Error} that names the argument that is wrong.
 */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: args.slice(),
    options: {
      batch: { type: 'string' },
      only: { type: 'string' },
      libraries: { type: 'string' },
      kernels: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(workloads, name));
  if (unknown.length > 0) {
    throw new Error(
      `[bench] unknown workload ${unknown.join(', ')}; there are ${Object.keys(workloads).join(', ')}`,
    );
  }
  const batch = values.batch === undefined ? null : Number(values.batch);
  if (batch !== null && !(Number.isInteger(batch) && batch > 0))
    throw new Error(`[bench] --batch must be a positive integer, got ${values.batch}`);
  const { list, kernels } = values;
  return {
    names: positionals.length > 0 ? positionals : defaultWorkloads,
    batch,
    only: values.only?.split(',') ?? null,
    libraries: values.libraries?.split(',') ?? null,
    list,
    kernels,
  };
}
