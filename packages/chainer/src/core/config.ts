import { type DTypeName, defaultDtype, dtype } from '@chainer/xp/functions';

/** What changes how everything runs. Read as `config.train`; changed for a while with `usingConfig`. */
export interface Config {
  /** Training mode: dropout drops, batch normalization uses the batch. */
  train: boolean;
  /** Whether functions record the graph. */
  enableBackprop: boolean;
  /** Whether functions check their arguments up front. */
  typeCheck: boolean;
  /** NaN checks on every function, and the creation site of the function that failed. */
  debug: boolean;
  /** dtype of parameters and of loaded data; `mixed16` means float16 with float32 where it matters. */
  dtype: DTypeName | 'mixed16' | null;
  /**
   * Aggressive buffer release: a function keeps only what its gradient reads, and a backward pass lets that and intermediate gradients go
   * as soon as it is done with them. Off: as in Chainer v1, every function keeps its inputs and outputs until the graph is garbage.
   */
  aggressiveBufferRelease: boolean;
  /** Whether values given to `report` keep their graph. */
  keepGraphOnReport: boolean;
  /** Set while `forget` runs its function a second time. */
  inRecomputing: boolean;
}

function environment(name: string): string | undefined {
  return typeof process === 'undefined' ? undefined : process.env[name];
}

/**
 * The dtype for mixed precision: parameters and data are float16, and what float16 is too coarse for (parameters and running
 * statistics of normalizations) is float32.
 *
 * @example
 * import { config, links as L, mixed16, usingConfig } from 'chainer';
 * const model = usingConfig('dtype', mixed16, () => [new L.Linear(3, 2), new L.BatchNormalization(2)]);
 * model.map((link) => [...link.params()][0]?.dtype.name); // ['float16', 'float32']
 */
export const mixed16 = 'mixed16';

/** What `CHAINER_DTYPE` says. @throws {DTypeError} if there is no such dtype. */
function dtypeOfEnvironment(): DTypeName | typeof mixed16 | null {
  const name = environment('CHAINER_DTYPE') || null;
  return name === null || name === mixed16 ? name : dtype(name as DTypeName).name;
}

/**
 * The configuration in force. `dtype` starts as the environment variable `CHAINER_DTYPE` says, `debug` as `CHAINER_DEBUG` does.
 *
 * @example
 * import { config, usingConfig } from 'chainer';
 * usingConfig('train', false, () => config.train); // false
 */
export const config: Config = {
  train: true,
  enableBackprop: true,
  typeCheck: environment('CHAINER_TYPE_CHECK') !== '0',
  debug: environment('CHAINER_DEBUG') === '1',
  dtype: dtypeOfEnvironment(),
  aggressiveBufferRelease: true,
  keepGraphOnReport: false,
  inRecomputing: false,
};

/** Runs `body` with one key of the configuration changed, and puts it back. */
export function usingConfig<K extends keyof Config, T>(key: K, value: Config[K], body: () => T): T {
  if (!(key in config))
    throw new TypeError(
      `[usingConfig] unknown key '${String(key)}'; keys are ${Object.keys(config).join(', ')}`,
    );
  const before = config[key];
  config[key] = value;
  try {
    return body();
  } finally {
    config[key] = before;
  }
}

/** Runs `body` without recording a graph: less memory, no gradients. */
export function noBackpropMode<T>(body: () => T): T {
  return usingConfig('enableBackprop', false, body);
}

/** Runs `body` recording the graph, also inside `noBackpropMode`. */
export function forceBackpropMode<T>(body: () => T): T {
  return usingConfig('enableBackprop', true, body);
}

/** The dtype of parameters and data where none is given. `mixed16` maps to float16, or to `mapMixed16`. */
export function getDtype(
  wanted: DTypeName | 'mixed16' | null = null,
  mapMixed16: DTypeName = 'float16',
): DTypeName {
  const chosen = wanted ?? config.dtype;
  if (chosen === null) return defaultDtype().name;
  return chosen === 'mixed16' ? mapMixed16 : chosen;
}

/** Whether debug mode is on. */
export function isDebug(): boolean {
  return config.debug;
}

/** Turns debug mode on or off. */
export function setDebug(debug: boolean): void {
  config.debug = debug;
}
