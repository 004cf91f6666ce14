import type { ExtensionFunction, ExtensionProperties, TrainerLike } from './types.ts';

/**
 * Gives a function what an extension may say about itself. Plain functions are extensions, too: they run every iteration.
 *
 * @example
 * import { makeExtension } from 'chainer/training';
 * const greet = makeExtension((trainer) => console.log(trainer.updater.epoch), {
 *   trigger: [1, 'epoch'],
 *   defaultName: 'greet',
 * });
 * greet.defaultName; // 'greet'
 */
export function makeExtension(
  run: (trainer: TrainerLike) => unknown,
  properties: ExtensionProperties = {},
): ExtensionFunction {
  const extension: ExtensionFunction = (trainer) => run(trainer);
  // A function's own `name` cannot be assigned, but it can be defined.
  for (const [key, value] of Object.entries({ name: undefined, ...properties })) {
    Object.defineProperty(extension, key, { value, writable: true, configurable: true, enumerable: true });
  }
  return extension;
}
