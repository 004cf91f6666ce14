import { full, type NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { BaseInitializer, type InitializerOptions } from './options.ts';

/**
 * Fills with one value, or copies an array.
 *
 * @param fillValue number, or an array that broadcasts to the parameter's shape
 * @example
 * import { Parameter } from 'chainer';
 * import { Constant } from 'chainer/initializers';
 * new Parameter(new Constant(0.5), [2]).array.toArraySync(); // [0.5, 0.5]
 */
export class Constant extends BaseInitializer {
  readonly fillValue: number | NdArray;

  constructor(fillValue: number | NdArray, options: InitializerOptions = {}) {
    super(options);
    checkOptions(new.target.name, options, ['dtype']);
    this.fillValue = fillValue;
  }

  apply(array: NdArray): void {
    if (array.size === 0) return;
    if (typeof this.fillValue === 'number') array.device.kernels.fill(array, this.fillValue);
    else {
      const value = full(array.shape, this.fillValue.to(array.device));
      array.device.kernels.copy(value, array);
      value.release();
    }
  }
}

/** Fills with 0. */
export class Zero extends Constant {
  constructor(options: InitializerOptions = {}) {
    super(0, options);
  }
}

/** Fills with 1. */
export class One extends Constant {
  constructor(options: InitializerOptions = {}) {
    super(1, options);
  }
}

/** Fills with NaN, for parameters that must be set before they are used. */
class NaNInitializer extends Constant {
  constructor(options: InitializerOptions = {}) {
    super(Number.NaN, options);
  }
}
Object.defineProperty(NaNInitializer, 'name', { value: 'NaN' });

export { NaNInitializer as NaN };
