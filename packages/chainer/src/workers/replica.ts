import { NdArray } from '@chainer/xp/functions';
import { overwrite } from '@chainer/xp/internal';
import { backward } from '../core/backward.ts';
import { type Config, config } from '../core/config.ts';
import { Link } from '../core/link.ts';
import type { Parameter } from '../core/parameter.ts';
import { Variable } from '../core/variable.ts';
import { loadExport, type SentExport } from './module-export.ts';
import { fromRaw, unpack } from './packing.ts';
import { type SharedPart, sharedRow } from './shared-batch.ts';

/** What a worker's module makes: a model, or also what computes the loss. */
export type Replica = Link | { readonly model: Link; readonly lossFunc: (...args: never[]) => unknown };

/** Memory that updater and workers share: parameters, which the updater writes, and gradients, which this worker writes. */
export interface SharedModel {
  readonly paths: readonly string[];
  readonly parts: readonly SharedPart[];
  readonly parameters: SharedArrayBuffer;
  readonly gradients: SharedArrayBuffer;
}

/** One step: what the converter made of this worker's part of the batch. */
export interface StepRequest {
  readonly args: unknown;
  readonly lossScale: number | null;
}

/** A worker that computes gradients of its part of a batch. */
export async function serve({
  model: source,
  config: given,
}: {
  readonly model: SentExport;
  readonly config: Partial<Config>;
}): Promise<Readonly<Record<string, (argument: never) => unknown>>> {
  Object.assign(config, given);
  const made = await loadExport<Replica>('MultiprocessParallelUpdater', source);
  const model = made instanceof Link ? made : made.model;
  if (!(model instanceof Link))
    throw new TypeError(
      `[MultiprocessParallelUpdater] ${source.url} must give a link, or { model, lossFunc }, got ${String(made)}`,
    );
  const lossFunc = made instanceof Link ? (...args: never[]) => model.forward(...args) : made.lossFunc;
  let shared: SharedModel;
  let params: Parameter[] = [];
  return {
    paths: () => [...model.namedparams()].map(([path]) => path),
    attach(memory: SharedModel) {
      const own = new Map(model.namedparams());
      shared = memory;
      params = memory.paths.map((path) => own.get(path) as Parameter);
    },
    step({ args, lossScale }: StepRequest): boolean[] {
      params.forEach((p, k) => {
        takeOver(p, shared, k);
      });
      model.cleargrads();
      const inputs = unpack(args, () => {
        throw new Error('[MultiprocessParallelUpdater] arguments hold their arrays themselves');
      });
      const loss = Array.isArray(inputs) ? lossFunc(...(inputs as never[])) : lossFunc(inputs as never);
      if (!(loss instanceof Variable))
        throw new TypeError('[MultiprocessParallelUpdater] the loss must be a Variable');
      backward([loss], null, { lossScale });
      return params.map((p, k) => giveGradient(p, shared, k));
    },
  };
}

function takeOver(p: Parameter, { parts, parameters }: SharedModel, k: number): void {
  const part = parts[k] as SharedPart;
  const value = fromRaw(part.dtype, part.shape, sharedRow(parameters, part, 0));
  if (p.isInitialized) overwrite(p.array, value);
  else p.restore(value);
}

/** @returns whether there is one. */
function giveGradient(p: Parameter, { parts, gradients }: SharedModel, k: number): boolean {
  const { grad } = p;
  if (!(grad instanceof NdArray)) return false;
  sharedRow(gradients, parts[k] as SharedPart, 0).set(grad.dataSync() as never);
  return true;
}
