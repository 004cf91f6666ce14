import { checkOptions } from '../../core/check-options.ts';
import type { Serializer } from '../../core/serializer.ts';
import type { TrainerLike, Trigger } from '../types.ts';

/** Fires once, at the first call; with `callOnResume` once more in every resumed run. */
export class OnceTrigger implements Trigger {
  finished = false;
  private flag = true;
  private readonly callOnResume: boolean;

  constructor(options: { readonly callOnResume?: boolean } = {}) {
    checkOptions('OnceTrigger', options, ['callOnResume']);
    this.callOnResume = options.callOnResume ?? false;
  }

  fire(_trainer: TrainerLike): boolean {
    const fires = this.flag;
    this.flag = false;
    this.finished = true;
    return fires;
  }

  serialize(serializer: Serializer): void {
    const pending = serializer.value('_flag_first', this.flag);
    if (serializer.writing) return;
    this.flag = this.callOnResume ? true : pending;
    this.finished = !this.flag;
  }
}
