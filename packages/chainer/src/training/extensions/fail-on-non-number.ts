import { all, isfinite } from '@chainer/xp/functions';
import type { Link } from '../../core/link.ts';
import type { Extension, TrainerLike } from '../types.ts';

/**
 * Stops training with an error as soon as a parameter is NaN or infinite.
 *
 * @example
 * import { FailOnNonNumber } from 'chainer/training/extensions';
 * const extension = new FailOnNonNumber(); // trainer.extend(extension)
 * extension.defaultName; // 'FailOnNonNumber'
 */
export class FailOnNonNumber implements Extension {
  name: string | undefined;
  readonly defaultName = 'FailOnNonNumber';

  async run(trainer: TrainerLike): Promise<void> {
    for (const [name, optimizer] of Object.entries(trainer.updater.getAllOptimizers())) {
      for (const [path, p] of (optimizer.target as Link).namedparams({ includeUninit: false })) {
        const fine = all(isfinite(p.array));
        if ((fine.device.synchronous ? fine.itemSync() : await fine.item()) !== true) {
          throw new Error(
            `[FailOnNonNumber] parameter ${path} of optimizer '${name}' became NaN or infinite in iteration ${trainer.updater.iteration}; ` +
              'go on from a snapshot of an earlier epoch with a lower learning rate, clip gradients (GradientClipping), or look for the first NaN with setDebug(true)',
          );
        }
      }
    }
  }
}
