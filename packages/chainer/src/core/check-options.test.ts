import { describe, expect, it } from 'vitest';
import { transpose } from '../functions/array/transpose.ts';
import { xp } from '../index.ts';
import { Convolution2D } from '../links/connection/convolution2d.ts';
import { Linear } from '../links/connection/linear.ts';
import { checkOptions } from './check-options.ts';
import { usingConfig } from './config.ts';

describe('checkOptions', () => {
  const check = (options: object) => () => checkOptions('f', options, ['stride', 'coverAll']);

  it('accepts known names', () => {
    expect(check({ stride: 1 })).not.toThrow();
    expect(check({})).not.toThrow();
  });

  it('names what is unknown and the nearest that is known', () => {
    expect(check({ strides: 1 })).toThrow(
      "[f] unknown option 'strides'; did you mean 'stride'? options are stride, coverAll",
    );
    expect(check({ coverall: true })).toThrow("did you mean 'coverAll'?");
    expect(check({ groups: 2 })).toThrow("[f] unknown option 'groups'; options are stride, coverAll");
  });

  it('refuses a list', () => {
    expect(check([1, 0])).toThrow(
      '[f] options must be a record { stride, coverAll }, got a JavaScript array',
    );
  });

  it('says nothing without type checks', () => {
    expect(() => usingConfig('typeCheck', false, check({ strides: 1 }))).not.toThrow();
  });

  it('stands before functions and links', () => {
    expect(() => transpose(xp.ones([2, 3]), [1, 0] as object)).toThrow(
      '[transpose] options must be a record',
    );
    expect(() => new Linear(2, 3, { noBias: true } as object)).toThrow("did you mean 'nobias'?");
    expect(() => new Convolution2D(3, 8, 3, { strid: 2 } as object)).toThrow(
      "[Convolution2D] unknown option 'strid'; did you mean 'stride'?",
    );
  });
});
