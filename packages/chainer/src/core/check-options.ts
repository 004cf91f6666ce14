import { checkOptions as check } from '@chainer/xp/internal';
import { config } from './config.ts';

/**
 * Options must have known names: what is misspelled would be ignored without a word. Does nothing where `config.typeCheck` is off.
 *
 * @param known all names that the type of the options has.
 * @throws {TypeError} for a name that is not known, with the nearest that is, and for a list, an array or a number in place of options.
 */
export const checkOptions: typeof check = (who, options, known) => {
  if (config.typeCheck) check(who, options, known);
};
