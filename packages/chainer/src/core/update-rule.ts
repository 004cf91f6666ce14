import type { NdArray } from '@chainer/xp';
import type { Serializer } from './serializer.ts';

/** How one parameter is updated; optimizers make one per parameter. */
export interface UpdateRule {
  enabled: boolean;
  /** Updates done. */
  t: number;
  /** Arrays that the rule remembers, by name; null before the first update. */
  readonly state: Readonly<Record<string, NdArray>> | null;
  serialize(serializer: Serializer): void;
}
