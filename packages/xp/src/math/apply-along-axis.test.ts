import { describe, expect, it } from 'vitest';
import { array, complex } from '../index.ts';
import { sum } from '../reduction/sum.ts';
import { sort } from '../sorting/sort.ts';
import { near } from '../testing/near.testing.ts';
import { applyAlongAxis, applyOverAxes } from './apply-along-axis.ts';
import { piecewise } from './piecewise.ts';
import { realIfClose } from './real-if-close.ts';

const x = array(
  [
    [3, 1, 2],
    [9, -4, 8],
  ],
  { dtype: 'float64' },
);

describe('applyAlongAxis and applyOverAxes', () => {
  it('put results where the axis was', () => {
    near(
      applyAlongAxis((row) => sum(row), 0, x),
      'float64',
      [12, -3, 10],
    );
    near(
      applyAlongAxis((row) => sort(row), 1, x),
      'float64',
      [
        [1, 2, 3],
        [-4, 8, 9],
      ],
    );
    near(
      applyAlongAxis((c) => c.at(null), 0, x),
      'float64',
      [
        [
          [3, 1, 2],
          [9, -4, 8],
        ],
      ],
    );
    near(
      applyAlongAxis(() => 1, 0, x),
      'float32',
      [1, 1, 1],
    );
  });
  it('reduce axis by axis', () => {
    near(
      applyOverAxes((y, axis) => sum(y, axis), x, [0, -1]),
      'float64',
      [[19]],
    );
  });
  it('refuse results that do not fit', () => {
    expect(() => applyAlongAxis((row) => (row.at(0).itemSync() === 3 ? row : row.at('1:')), 1, x)).toThrow(
      /\[applyAlongAxis\] f returned shape \(2,\) after \(3,\)/,
    );
    expect(() => applyOverAxes((y) => y.reshape(-1).at(0), x, 0)).toThrow(
      /\[applyOverAxes\] f returned 0 dimensions/,
    );
  });
});

describe('piecewise', () => {
  it('applies each piece where its condition holds', () => {
    near(piecewise(x, [x.gt(2), x.lt(0)], [(y) => y.mul(10), -1]), 'float64', [
      [30, 0, 0],
      [90, -1, 80],
    ]);
    near(piecewise(x, [x.gt(2)], [0, (y) => y]), 'float64', [
      [0, 1, 2],
      [0, -4, 0],
    ]);
  });
  it('counts its pieces', () => {
    expect(() => piecewise(x, [x.gt(2)], [])).toThrow(/\[piecewise\] 0 pieces were given for 1 conditions/);
  });
});

describe('realIfClose', () => {
  it('drops imaginary parts that are all small', () => {
    near(realIfClose(array([complex(1, 1e-14), complex(2, 0)], { dtype: 'complex128' })), 'float64', [1, 2]);
    near(realIfClose(array([complex(1, 1e-14), complex(2, 1)], { dtype: 'complex128' })), 'complex128', [
      complex(1, 0),
      complex(2, 1),
    ]);
    near(realIfClose(array([complex(1, 0.1)], { dtype: 'complex128' }), { tol: 0.5 }), 'float64', [1]);
  });
});
