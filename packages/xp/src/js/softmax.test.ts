import { describe, expect, it } from 'vitest';
import { bfloat16, type DType, float16, float32, float64 } from '../core/dtype.ts';
import { blank, layouts, make, numbers } from './arrays.testing.ts';
import { softmax, softmaxGrad } from './softmax.ts';

const x = [1, 2, 4, -1, 0, 100];
const gy = [1, -2, 3, 0.5, 1, 2];

// Expected values: PyTorch 2.13 in float64.
const expected = [
  {
    axis: 0,
    y: [0.8807970779778823, 0.8807970779778823, 0, 0.11920292202211755, 0.11920292202211755, 1],
    gx: [0.05249679270175336, -0.31498075621051974, 0, -0.05249679270175324, 0.3149807562105195, 0],
    logY: [-0.1269280110429726, -0.1269280110429726, -96, -2.1269280110429727, -2.1269280110429727, 0],
    logGx: [-0.32119561696682347, -1.1192029220221178, 3, 0.3211956169668237, 1.1192029220221176, -3],
  },
  {
    axis: 1,
    y: [0.04201006613406605, 0.11419519938459449, 0.8437947344813395, 0, 0, 1],
    gx: [-0.05650370156325652, -0.4961785833538567, 0.5526822849171132, 0, 0, 0],
    logY: [-3.1698460195562856, -2.1698460195562856, -0.16984601955628567, -101, -100, 0],
    logGx: [0.9159798677318679, -2.228390398769189, 1.312410531037321, 0.5, 1, -1.5],
  },
];
const tolerances: readonly (readonly [DType, number])[] = [
  [float64, 1e-14],
  [float32, 1e-6],
  [float16, 2e-3],
  [bfloat16, 2e-2],
];

function expectClose(got: number[], want: readonly number[], tolerance: number): void {
  want.forEach((w, i) => {
    expect(Math.abs((got[i] as number) - w), `element ${i}: ${got[i]} against ${w}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(w)),
    );
  });
}

describe.each(layouts)('softmax (%s)', (_, layout) => {
  it.each(tolerances)('%s', (d, tolerance) => {
    for (const e of expected) {
      const out = blank([2, 3], d, layout);
      softmax(make(x, [2, 3], d, layout), out, e.axis, false);
      expectClose(numbers(out), e.y, tolerance);
      softmax(make(x, [2, 3], d, layout), out, e.axis, true);
      expectClose(numbers(out), e.logY, tolerance);
      softmaxGrad(make(e.y, [2, 3], d, layout), make(gy, [2, 3], d, layout), out, e.axis, false);
      expectClose(numbers(out), e.gx, 2 * tolerance);
      softmaxGrad(make(e.logY, [2, 3], d, layout), make(gy, [2, 3], d, layout), out, e.axis, true);
      expectClose(numbers(out), e.logGx, 2 * tolerance);
    }
  });

  it('works in place, in the middle axis', () => {
    const a = make([0, 0, Math.log(3), 0], [1, 2, 2], float64, layout);
    softmax(a, a, 1, false);
    expectClose(numbers(a), [0.25, 0.5, 0.75, 0.5], 1e-15);
  });

  it('survives large values and passes NaN on', () => {
    const a = make([1000, 1000, 1, Number.NaN], [2, 2], float32, layout);
    const out = blank([2, 2], float32, layout);
    softmax(a, out, 1, false);
    expect(numbers(out)).toEqual([0.5, 0.5, Number.NaN, Number.NaN]);
  });

  it('does nothing for empty arrays', () => {
    const out = blank([0, 3], float32, layout);
    softmax(blank([0, 3], float32, layout), out, 1, false);
    softmaxGrad(out, out, out, 1, false);
    expect(numbers(out)).toEqual([]);
  });
});
