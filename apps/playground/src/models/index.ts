import cnn from './cnn.ts?raw';
import mlp from './mlp.ts?raw';
import resnet from './resnet.ts?raw';
import vae from './vae.ts?raw';

/** A network that the page offers: its source is what the code pane shows and what trains. */
export interface ModelChoice {
  readonly label: string;
  readonly note: string;
  readonly source: string;
  /** A learning rate for Adam to begin with. */
  readonly rate: number;
}

export const models = {
  mlp: { label: 'MLP', note: 'two hidden layers', source: mlp, rate: 0.001 },
  cnn: { label: 'CNN', note: 'two convolutions', source: cnn, rate: 0.001 },
  resnet: { label: 'ResNet', note: 'three residual blocks', source: resnet, rate: 0.003 },
  vae: { label: 'VAE', note: 'encodes and redraws', source: vae, rate: 0.001 },
} as const satisfies Record<string, ModelChoice>;

export type ModelName = keyof typeof models;
