import { Variable } from '../../core/variable.ts';
import { makeExtension } from '../extension.ts';
import type { ExtensionFunction } from '../types.ts';

/** Cuts the graphs of reported variables after each iteration, where `config.keepGraphOnReport` keeps them. */
export function unchainVariables(): ExtensionFunction {
  return makeExtension(
    (trainer) => {
      for (const value of Object.values(trainer.observation))
        if (value instanceof Variable) value.unchainBackward();
    },
    { trigger: [1, 'iteration'], priority: 0, defaultName: 'unchain_variables' },
  );
}
