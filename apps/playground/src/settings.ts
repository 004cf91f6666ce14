import type { ModelName } from './models/index.ts';
import { models } from './models/index.ts';
import type { DataName, DeviceName, OptimizerName } from './worker/protocol.ts';

/** What the page's user chose. */
export interface Settings {
  model: ModelName;
  /** The model's source, as it stands in the code pane. */
  source: string;
  data: DataName;
  files: File[];
  device: DeviceName;
  optimizer: OptimizerName;
  rate: number;
  batch: number;
}

export const optimizerNames: readonly OptimizerName[] = ['Adam', 'AdamW', 'MomentumSGD', 'SGD', 'RMSprop'];
export const batches: readonly number[] = [16, 32, 64, 128, 256];

export function firstSettings(): Settings {
  return {
    model: 'mlp',
    source: models.mlp.source,
    data: 'drawn',
    files: [],
    device: 'js',
    optimizer: 'Adam',
    rate: models.mlp.rate,
    batch: 64,
  };
}

/** A rate that suits a model and an optimizer to begin with. */
export function usualRate(model: ModelName, optimizer: OptimizerName): number {
  const { rate } = models[model];
  return optimizer === 'SGD' ? rate * 50 : optimizer === 'MomentumSGD' ? rate * 10 : rate;
}
