/**
 * A complex number: what complex arrays hold and read back as.
 *
 * @example
 * import { array, complex } from '@chainer/xp';
 * array([complex(1, 2)]).toArraySync(); // [Complex { re: 1, im: 2 }]
 */
export class Complex {
  readonly re: number;
  readonly im: number;

  constructor(re: number, im = 0) {
    this.re = re;
    this.im = im;
  }

  toString(): string {
    const im = Object.is(this.im, -0) || this.im < 0 ? `${this.im}` : `+${this.im}`;
    return `(${this.re}${im}j)`;
  }
}

/** Makes a complex number. */
export function complex(re: number, im = 0): Complex {
  return new Complex(re, im);
}
