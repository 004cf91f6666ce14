/** What page and worker exchange, besides what TrainingWorker does by itself. */

export type DeviceName = 'js' | 'webgpu';
export type DataName = 'drawn' | 'mnist';
export type OptimizerName = 'Adam' | 'AdamW' | 'MomentumSGD' | 'SGD' | 'RMSprop';

/** What a training is made from. */
export interface Setup {
  /** JavaScript of the model, CommonJS, with the lines of its TypeScript. */
  readonly code: string;
  readonly data: DataName;
  /** MNIST's four files. */
  readonly files: readonly File[];
  readonly device: DeviceName;
  readonly optimizer: OptimizerName;
  readonly rate: number;
  readonly batch: number;
  readonly seed: number;
  /** Whether parameters of the same path and shape stay as they are. */
  readonly keep: boolean;
}

/** What came of it. */
export interface Made {
  readonly device: string;
  readonly parameters: number;
  readonly examples: number;
  readonly classifies: boolean;
  /** Parameters that were kept, of how many. */
  readonly kept: readonly [number, number];
}

/** An array of numbers, and what it is. */
export interface Picture {
  readonly label: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a network makes of one image. */
export interface Prediction {
  /** Ten probabilities, or null where it does not classify. */
  readonly probabilities: Float32Array | null;
  /** The result as it is. */
  readonly output: Picture;
  /** What each function computed, in order. */
  readonly activations: readonly Picture[];
}

/** A vertex of the drawn graph. */
export interface GraphVertex {
  readonly kind: 'function' | 'variable' | 'parameter' | 'input';
  readonly label: string;
  readonly detail: string;
}

/** The graph of the last forward pass. */
export interface GraphPicture {
  readonly vertices: readonly GraphVertex[];
  readonly edges: readonly (readonly [number, number])[];
}

/** Lines that the model's code wrote with console.log. */
export interface ConsoleLines {
  readonly lines: readonly string[];
  readonly dropped: number;
}
