import type { NdArray } from '@chainer/xp/functions';
import type { Parameter } from './parameter.ts';
import type { Serializer } from './serializer.ts';

/** How one parameter is updated; optimizers make one per parameter (`optimizers/update-rule.ts`). */
export interface UpdateRule {
  /** Whether updates change the parameter: false freezes it. */
  enabled: boolean;
  /** Updates done. */
  t: number;
  /** Arrays that the rule remembers, by name; null before the first update. */
  readonly state: Readonly<Record<string, NdArray>> | null;
  /** Updates the parameter by its gradient. */
  update(param: Parameter): void;
  serialize(serializer: Serializer): void;
}
