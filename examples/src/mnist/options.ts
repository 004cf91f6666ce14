import { parseArgs } from 'node:util';

export const usage = `npm start [-- OPTIONS]          trains a network on MNIST
  --model mlp|cnn    network (mlp)
  --batchsize N      examples of a batch (100)
  --epoch N          epochs to train (10)
  --unit N           units of the hidden layers (mlp 1000, cnn 500)
  --device NAME      cpu, js, cuda:0 … (the best there is)
  --out FOLDER       where log, plots, graph and snapshots go (result)
  --resume FILE      go on from a snapshot
  --seed N           seed of all random numbers (0)
  --noplot           draw no plots
  --help             this text

Data: mnist/ below $CHAINER_DATASET_ROOT (~/.chainer/dataset); downloaded if it is missing.
`;

/** What the command line says. */
export interface Options {
  readonly model: 'mlp' | 'cnn';
  readonly batchsize: number;
  readonly epoch: number;
  readonly unit: number;
  readonly device: string | null;
  readonly out: string;
  readonly resume: string | null;
  readonly seed: number;
  readonly plot: boolean;
}

/** Reads the command line; null: help was asked for. @throws {Error} for what it does not know. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: 'string', short: 'm', default: 'mlp' },
      batchsize: { type: 'string', short: 'b', default: '100' },
      epoch: { type: 'string', short: 'e', default: '10' },
      unit: { type: 'string', short: 'u' },
      device: { type: 'string', short: 'd' },
      out: { type: 'string', short: 'o', default: 'result' },
      resume: { type: 'string', short: 'r' },
      seed: { type: 'string', default: '0' },
      noplot: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const { model } = values;
  if (model !== 'mlp' && model !== 'cnn') throw new Error(`--model must be mlp or cnn, got ${model}`);
  const count = (name: string, text: string, least: number): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least)
      throw new Error(`--${name} must be an integer of at least ${least}, got ${text}`);
    return value;
  };
  return {
    model,
    batchsize: count('batchsize', values.batchsize, 1),
    epoch: count('epoch', values.epoch, 1),
    unit: count('unit', values.unit ?? (model === 'mlp' ? '1000' : '500'), 1),
    device: values.device ?? null,
    out: values.out,
    resume: values.resume ?? null,
    seed: count('seed', values.seed, 0),
    plot: !values.noplot,
  };
}
