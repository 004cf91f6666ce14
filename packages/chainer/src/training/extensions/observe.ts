import { checkOptions } from '../../core/check-options.ts';
import { makeExtension } from '../extension.ts';
import { type ExtensionFunction, PRIORITY_WRITER, type TrainerLike } from '../types.ts';

/**
 * Writes a value to the observation at every epoch.
 *
 * @param observationKey name under which it stands.
 * @param targetFunc gives the value.
 * @example
 * import { observeValue } from 'chainer/training/extensions';
 * const extension = observeValue('updates', (trainer) => trainer.updater.getOptimizer().t); // trainer.extend(extension)
 * extension.priority; // 300
 */
export function observeValue(
  observationKey: string,
  targetFunc: (trainer: TrainerLike) => unknown,
): ExtensionFunction {
  return makeExtension(
    (trainer) => {
      trainer.observation[observationKey] = targetFunc(trainer);
    },
    { trigger: [1, 'epoch'], priority: PRIORITY_WRITER, defaultName: '_observe_value' },
  );
}

/** Writes the learning rate of an optimizer to the observation at every epoch. */
export function observeLr(
  options: { readonly optimizerName?: string; readonly observationKey?: string } = {},
): ExtensionFunction {
  checkOptions('observeLr', options, ['optimizerName', 'observationKey']);
  const { optimizerName = 'main', observationKey = 'lr' } = options;
  return observeValue(observationKey, (trainer) => {
    const { lr } = trainer.updater.getOptimizer(optimizerName) as unknown as { readonly lr?: unknown };
    if (typeof lr !== 'number')
      throw new Error(`[observeLr] optimizer '${optimizerName}' has no learning rate 'lr'`);
    return lr;
  });
}
