import { ValueError } from '@chainer/xp/functions';
import { getFans } from './get-fans.ts';
import type { ScaledInitializerOptions } from './options.ts';

/** Which fan the spread follows. */
export type FanOption = 'fan_in' | 'fan_out';

/** Options of HeNormal and HeUniform. */
export interface HeOptions extends ScaledInitializerOptions {
  readonly fanOption?: FanOption;
}

/** The fan that an option names. @throws {ValueError} for any other name. */
export function fanOf(who: string, shape: readonly number[], option: FanOption): number {
  if (option !== 'fan_in' && option !== 'fan_out') {
    throw new ValueError(`[${who}] fanOption must be 'fan_in' or 'fan_out', got '${String(option)}'`);
  }
  return getFans(shape)[option === 'fan_in' ? 0 : 1];
}
