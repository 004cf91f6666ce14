import { array, ElementwiseKernel, input, ReductionKernel } from '@chainer/xp';
import {
  type ConvGeometry,
  emptyOn,
  float32,
  int32,
  js,
  Kernel,
  NdArray,
  type PoolGeometry,
} from '@chainer/xp/internal';
import { afterEach, describe, expect, it } from 'vitest';
import { cpu, difference, generator, outputs, type Pair, pair, values } from './both.testing.ts';
import { setOpaqueLayouts } from './index.ts';
import { layoutOf } from './layouts.ts';
import type { CpuMemory } from './memory.ts';
import type { CpuStorage } from './storage.ts';

const memory = cpu.memory as CpuMemory;
const storageOf = (x: NdArray) => x.storage as CpuStorage;
const random = generator(3);
const noise = () => random() - 0.5;
const plainConvolution: ConvGeometry = { stride: [1, 1], pad: [1, 1], dilate: [1, 1], groups: 1 };

/** The layout in which a convolution leaves images. */
const images = (() => {
  const y = emptyOn(cpu, [1, 16, 3, 3], float32);
  const x = pair(float32, [1, 16, 3, 3], noise)[1];
  cpu.kernels.convolution(x, pair(float32, [16, 16, 3, 3], noise)[1], null, y, plainConvolution);
  return layoutOf(y)!;
})();

/** Both arrays, that on cpu in blocks of channels. */
function blocked(shape: readonly number[], value = noise, dtype = float32): Pair {
  const both = pair(dtype, shape, value);
  storageOf(both[1]).rearrange(memory.layouts.like(images, shape));
  return both;
}

/** A view by shape and steps on the storage of an array. */
const view = (x: NdArray, shape: number[], steps: number[], offset = 0) =>
  new NdArray(x.storage, x.dtype, shape, steps, offset);

describe('an opaque layout', () => {
  it('is what a convolution leaves, and what the next one takes', () => {
    expect(images.name).toMatch(/^nChw(8|16)c$/);
    const [x, W, V] = [
      [2, 3, 6, 5],
      [32, 3, 3, 3],
      [16, 32, 3, 3],
    ].map((s) => pair(float32, s, noise)) as [Pair, Pair, Pair];
    const y = outputs(float32, [2, 32, 6, 5]);
    const z = outputs(float32, [2, 16, 6, 5]);
    [js, cpu].forEach(({ kernels }, k) => {
      kernels.convolution(x[k]!, W[k]!, null, y[k]!, plainConvolution);
      kernels.convolution(y[k]!, V[k]!, null, z[k]!, plainConvolution);
    });
    for (const a of [y, V, z]) expect(layoutOf(a[1])).not.toBeNull();
    expect(difference(z, 100, 1e-5)).toBeNull();
    for (const a of [y, V, W, z]) {
      expect(difference(a, 100, 1e-5)).toBeNull();
      expect(layoutOf(a[1])).toBeNull();
    }
  });

  it('of weights is that of their gradients, for each number of groups', () => {
    for (const groups of [1, 2]) {
      const g = { ...plainConvolution, groups };
      const x = pair(float32, [2, 32, 4, 4], noise);
      const W = pair(float32, [32, 32 / groups, 3, 3], noise);
      const gy = pair(float32, [2, 32, 4, 4], noise);
      const [y, gW, gx] = [
        outputs(float32, gy[0].shape),
        outputs(float32, W[0].shape),
        outputs(float32, x[0].shape),
      ];
      [js, cpu].forEach(({ kernels }, k) => {
        kernels.convolution(x[k]!, W[k]!, null, y[k]!, g);
        kernels.convolutionData(gy[k]!, W[k]!, null, gx[k]!, g);
        kernels.convolutionWeight(x[k]!, gy[k]!, gW[k]!, null, g);
      });
      expect(layoutOf(W[1])).not.toBeNull();
      expect(layoutOf(gW[1])).toBe(layoutOf(W[1]));
      expect(layoutOf(W[1])!.groups).toBe(groups);
      for (const a of [y, gW, gx, W]) expect(difference(a, 100, 1e-4)).toBeNull();
    }
  });

  it('of weights for other groups does not confuse a convolution', () => {
    const W = pair(float32, [32, 16, 3, 3], noise);
    for (const groups of [2, 1]) {
      const x = pair(float32, [1, 16 * groups, 4, 4], noise);
      const y = outputs(float32, [1, 32, 4, 4]);
      [js, cpu].forEach(({ kernels }, k) => {
        kernels.convolution(x[k]!, W[k]!, null, y[k]!, { ...plainConvolution, groups });
      });
      expect(difference(y, 100, 1e-4)).toBeNull();
    }
  });

  it('is never given where a block of channels would be padded', () => {
    for (const [C, O] of [
      [3, 24],
      [24, 20],
      [20, 10],
    ] as const) {
      const [x, W] = [pair(float32, [2, C, 5, 5], noise), pair(float32, [O, C, 3, 3], noise)];
      const y = outputs(float32, [2, O, 5, 5]);
      [js, cpu].forEach(({ kernels }, k) => {
        kernels.convolution(x[k]!, W[k]!, null, y[k]!, plainConvolution);
      });
      expect(y[1].storage.nbytes).toBe(2 * O * 25 * 4);
      expect(difference(y, 100, 1e-5)).toBeNull();
    }
  });

  it('can be turned off, and arrays that have it stay right', () => {
    const x = blocked([2, 32, 4, 4]);
    const W = pair(float32, [16, 32, 3, 3], noise);
    const y = outputs(float32, [2, 16, 4, 4]);
    setOpaqueLayouts(false);
    [js, cpu].forEach(({ kernels }, k) => {
      kernels.convolution(x[k]!, W[k]!, null, y[k]!, plainConvolution);
    });
    setOpaqueLayouts(true);
    for (const a of [W, y]) expect(layoutOf(a[1])).toBeNull();
    for (const a of [x, y]) expect(difference(a, 100, 1e-5)).toBeNull();
  });

  it('is shown beside the numbers, which stand in their usual order', () => {
    const x = blocked([1, 16, 1, 2], () => 1)[1];
    expect(Reflect.get(x, Symbol.for('nodejs.util.inspect.custom')).call(x)).toMatch(
      /^array\(\[\[\[\[1\., 1\.\]\],[\s\S]*dtype=float32, layout=nChw(8|16)c\)$/,
    );
    expect(layoutOf(x)).toBeNull();
  });
});

describe('whoever does not know of layouts', () => {
  it('sees plain strides: views, slices, reshaped and transposed', () => {
    const shape = [2, 32, 3, 4];
    const x = blocked(shape);
    const views: [number[], number[], number][] = [
      [[2, 384], [384, 1], 0],
      [[3, 4], [4, 1], 384 + 12],
      [[4, 3, 32, 2], [1, 4, 12, 384], 0],
      [shape, [384, 12, 4, 1], 0],
    ];
    for (const [s, steps, offset] of views) {
      storageOf(x[1]).rearrange(memory.layouts.like(images, shape));
      const y = outputs(float32, s);
      [js, cpu].forEach((device, k) => {
        device.kernels.copy(view(x[k]!, s, steps, offset), y[k]!);
      });
      expect(difference(y, 0)).toBeNull();
    }
  });

  it('writes through views', () => {
    const x = blocked([2, 16, 3, 3]);
    const value = pair(float32, [3, 3], noise);
    [js, cpu].forEach(({ kernels }, k) => {
      kernels.copy(value[k]!, view(x[k]!, [3, 3], [3, 1], 144 + 9));
      kernels.fill(view(x[k]!, [2, 16], [144, 9], 4), 7);
    });
    expect(difference(x, 0)).toBeNull();
  });

  it('finds the arguments of its call whole when memory moves meanwhile', () => {
    const [a, b] = [blocked([2, 16, 3, 3]), blocked([2, 16, 3, 3])];
    const y = outputs(float32, [16, 9]);
    [js, cpu].forEach(({ kernels }, k) => {
      kernels.matmul(view(a[k]!, [16, 18], [18, 1]), view(b[k]!, [18, 9], [9, 1]), y[k]!, null);
    });
    expect(difference(y, 100, 1e-5)).toBeNull();
  });
});

describe('elementwise kernels in a layout', () => {
  const blend = new ElementwiseKernel('blend', 3, (x, y, a) => x.mul(a).add(y));
  const both = new ElementwiseKernel('both', 2, (x, y) => [x.add(y), x.mul(y)]);
  const place = new ElementwiseKernel('place', 2, (x, y) => x.at(0).add(y), { raw: [0] });

  it('keep it, in place and with plain operands, numbers and single elements', () => {
    const shape = [2, 32, 3, 3];
    const [x, y] = [blocked(shape), pair(float32, shape, noise)];
    const one = pair(float32, [1], () => 0.5);
    const results = [0, 1].map((k) => {
      const first = blend.call([x[k]!, y[k]!, 2]);
      const second = blend.call([y[k]!, first, one[k]!]);
      blend.call([first, x[k]!, 3], { out: [first] });
      return [first, second, ...both.callAll([first, second])] as NdArray[];
    });
    for (const [i, a] of results[0]!.entries()) {
      const b = results[1]![i]!;
      expect(layoutOf(b)).toBe(memory.layouts.like(images, shape));
      expect(difference([a, b], 4)).toBeNull();
    }
    expect(difference(y, 0)).toBeNull();
  });

  it('go by strides where operands broadcast, are views, or are read at places', () => {
    const shape = [2, 16, 3, 3];
    const bias = pair(float32, [1, 16, 1, 1], noise);
    const cases: ((x: NdArray, k: 0 | 1) => NdArray)[] = [
      (x, k) => blend.call([x, bias[k], 2]),
      (x) => blend.call([view(x, [3, 3], [3, 1], 9), view(x, [3, 3], [3, 1], 18), 2]),
      (x) => blend.call([x, view(x, shape, [144, 9, 1, 3]), 2]),
      (x) => place.call([view(x, [288], [1]), x]),
    ];
    for (const run of cases) {
      const x = blocked(shape);
      expect(difference([run(x[0], 0), run(x[1], 1)], 4)).toBeNull();
      expect(difference(x, 0)).toBeNull();
    }
  });

  it('of many calls at once find each operand where it is, even if another call moves it', () => {
    const shape = [2, 16, 3, 3];
    const [a, b, c] = [pair(float32, shape, noise), blocked(shape), pair(float32, shape, noise)];
    const outs = [0, 1, 2].map(() => outputs(float32, shape));
    const kernel = new Kernel('blend', [input(0).mul(input(2)).add(input(1))]);
    [js, cpu].forEach(({ kernels }, k) => {
      const calls = [
        [a[k]!, c[k]!, 2],
        [a[k]!, b[k]!, 3],
        [view(b[k]!, shape, [144, 9, 1, 3]), c[k]!, 4],
      ].map((inputs, i) => ({ inputs, outputs: [outs[i]![k]!], shape }));
      kernels.elementwiseMany(kernel.program(calls[0]!.inputs), calls);
    });
    for (const y of outs) expect(difference(y, 4, 1e-7)).toBeNull();
  });

  it('copies, fills and sums over everything keep it', () => {
    const shape = [2, 32, 3, 3];
    const x = blocked(shape);
    const y = outputs(float32, shape);
    const squares = new ReductionKernel('squares', 1, {
      map: (v) => v.mul(v),
      reduce: (a, b) => a.add(b),
      identity: 0,
    });
    const sums = [js, cpu].map(({ kernels }, k) => {
      kernels.copy(x[k]!, y[k]!);
      return squares.call([x[k]!]);
    }) as unknown as Pair;
    expect(layoutOf(x[1])).not.toBeNull();
    expect(layoutOf(y[1])).toBe(layoutOf(x[1]));
    expect(difference(sums, 10)).toBeNull();
    cpu.kernels.fill(x[1], 3);
    expect(layoutOf(x[1])).not.toBeNull();
    expect(values(x[1])).toEqual(new Array(2 * 32 * 9).fill(3));
    expect(difference(y, 0)).toBeNull();
  });
});

describe('channels of images', () => {
  const channels = (x: NdArray, from: number, count: number) => {
    const inner = x.shape.slice(2).reduce((a, d) => a * d, 1);
    const shape = [x.shape[0]!, count, ...x.shape.slice(2)];
    return new NdArray(x.storage, x.dtype, shape, x.steps, x.offset + from * inner);
  };
  /** Arrays side by side, as a concatenation leaves them. */
  const joined = (parts: readonly Pair[]) =>
    [js, cpu].map((device, k) => {
      const [n, , ...rest] = parts[0]![0].shape as [number, number];
      const y = emptyOn(device, [n, parts.reduce((c, p) => c + p[0].shape[1]!, 0), ...rest], float32);
      let from = 0;
      for (const p of parts) {
        const count = p[0].shape[1]!;
        device.kernels.copy(p[k]!, channels(y, from, count));
        from += count;
      }
      return y;
    }) as unknown as Pair;

  it.each([[[2, 16, 3, 4]], [[1, 32, 5]], [[3, 16, 2, 3, 2]]])(
    'are joined and taken apart in blocks: %j',
    (shape) => {
      const [n, c, ...rest] = shape as [number, number];
      const parts = [c, 2 * c, 16].map((d) => blocked([n, d, ...rest]));
      const plain = pair(float32, shape, noise);
      const y = joined([...parts, plain]);
      expect(layoutOf(y[1])?.block).toBe(images.block);
      for (const [from, count] of [
        [0, c],
        [c, 2 * c],
        [c, 2 * c + 16],
      ] as const) {
        const part = outputs(float32, [n, count, ...rest]);
        [js, cpu].forEach(({ kernels }, k) => {
          kernels.copy(channels(y[k]!, from, count), part[k]!);
        });
        expect(layoutOf(part[1])?.block).toBe(images.block);
        expect(difference(part, 0)).toBeNull();
      }
      expect(layoutOf(y[1])).not.toBeNull();
      // Into images that have elements already: those around stay.
      [js, cpu].forEach(({ kernels }, k) => {
        kernels.copy(plain[k]!, channels(y[k]!, c, c));
        kernels.copy(channels(y[k]!, 0, 16), channels(y[k]!, 2 * c, 16));
      });
      for (const a of [...parts, plain, y]) expect(difference(a, 0)).toBeNull();
    },
  );

  it('that begin or end inside of a block, and others, go by strides', () => {
    for (const counts of [
      [16, 8, 24],
      [5, 16],
      [24, 16],
    ]) {
      const parts = counts.map((c) =>
        c % 16 === 0 ? blocked([2, c, 3, 3]) : pair(float32, [2, c, 3, 3], noise),
      );
      const y = joined(parts);
      for (const a of [...parts, y]) expect(difference(a, 0)).toBeNull();
      const x = blocked([2, 48, 3, 3]);
      const part = outputs(float32, [2, 16, 3, 3]);
      [js, cpu].forEach(({ kernels }, k) => {
        kernels.copy(channels(x[k]!, 7, 16), part[k]!);
      });
      expect(difference(part, 0)).toBeNull();
    }
  });

  it('are not what memory has that somebody touched before', () => {
    const y = pair(float32, [2, 32, 3, 3], noise);
    const x = blocked([2, 16, 3, 3]);
    [js, cpu].forEach(({ kernels }, k) => {
      kernels.copy(x[k]!, channels(y[k]!, 16, 16));
    });
    expect(difference(y, 0)).toBeNull();
  });

  it('are operands of loops and layers', () => {
    const blend = new ElementwiseKernel('blend', 3, (x, y, a) => x.mul(a).add(y));
    const [x, z] = [blocked([2, 48, 5, 4]), blocked([2, 16, 5, 4])];
    const W = pair(float32, [16, 32, 3, 3], noise);
    const y = outputs(float32, [2, 16, 5, 4]);
    const pooled = outputs(float32, [2, 32, 4, 3]);
    const g: PoolGeometry = { ksize: [2, 2], stride: [1, 1], pad: [0, 0] };
    const bias = pair(float32, [16, 1, 1], noise);
    const blends = [js, cpu].map(({ kernels }, k) => {
      kernels.convolution(channels(x[k]!, 16, 32), W[k]!, null, y[k]!, plainConvolution);
      kernels.averagePooling(channels(x[k]!, 0, 32), pooled[k]!, g, 'window');
      return blend.call([z[k]!, channels(x[k]!, 32, 16), bias[k]!]);
    }) as unknown as Pair;
    for (const a of [x[1], blends[1], pooled[1]]) expect(layoutOf(a)).not.toBeNull();
    for (const a of [y, pooled, blends, x]) expect(difference(a, 100, 1e-5)).toBeNull();
  });
});

describe('layers in a layout agree with js', () => {
  const shapes = [
    [3, 32, 70],
    [2, 16, 9, 7],
    [5, 32, 30, 30],
    [2, 16, 4, 5, 3],
  ];

  it.each(shapes.map((s) => [s]))('batch normalization of %j', (shape) => {
    const C = shape[1]!;
    const x = blocked(shape, () => 3 * random() + 5);
    const gy = pair(float32, shape, noise);
    const [gamma, beta] = [pair(float32, [C], noise), pair(float32, [C], noise)];
    const big = () => outputs(float32, shape);
    const small = () => outputs(float32, [C]);
    const fixed = big();
    const [y, mean, variance, invStd, gx, ggamma, gbeta] = [
      big(),
      small(),
      small(),
      small(),
      big(),
      small(),
      small(),
    ];
    [js, cpu].forEach(({ kernels }, k) => {
      kernels.batchNormalization(
        x[k]!,
        gamma[k]!,
        beta[k]!,
        y[k]!,
        mean[k]!,
        variance[k]!,
        invStd[k]!,
        [1],
        1e-5,
      );
      kernels.fixedBatchNormalization(
        x[k]!,
        gamma[k]!,
        beta[k]!,
        mean[k]!,
        variance[k]!,
        fixed[k]!,
        [1],
        1e-5,
      );
      kernels.batchNormalizationGrad(
        x[k]!,
        gamma[k]!,
        mean[k]!,
        invStd[k]!,
        gy[k]!,
        gx[k]!,
        ggamma[k]!,
        gbeta[k]!,
        [1],
      );
    });
    for (const a of [x, y, gy, gx, fixed]) expect(layoutOf(a[1])).not.toBeNull();
    for (const a of [y, mean, variance, invStd, gx, ggamma, gbeta, fixed])
      expect(difference(a, 200, 2e-5)).toBeNull();
  });

  it('batch normalization of images far from zero', () => {
    const shape = [4, 16, 20, 20];
    const x = blocked(shape, () => 1000 + random());
    const [gamma, beta] = [pair(float32, [16], () => 1), pair(float32, [16], () => 0)];
    const [y, mean, variance, invStd] = [
      outputs(float32, shape),
      ...[0, 1, 2].map(() => outputs(float32, [16])),
    ] as [Pair, Pair, Pair, Pair];
    [js, cpu].forEach(({ kernels }, k) => {
      kernels.batchNormalization(
        x[k]!,
        gamma[k]!,
        beta[k]!,
        y[k]!,
        mean[k]!,
        variance[k]!,
        invStd[k]!,
        [1],
        1e-5,
      );
    });
    expect(difference(variance, 2000)).toBeNull();
    expect(difference(y, 0, 2e-3)).toBeNull();
  });

  const pools: [number[], PoolGeometry][] = [
    [[2, 16, 9], { ksize: [3], stride: [2], pad: [1] }],
    [[2, 32, 7, 8], { ksize: [3, 2], stride: [2, 2], pad: [1, 0] }],
    [[2, 32, 7, 7], { ksize: [7, 7], stride: [7, 7], pad: [0, 0] }],
    [[2, 16, 4, 6, 5], { ksize: [2, 3, 2], stride: [1, 2, 2], pad: [1, 1, 0] }],
  ];
  it.each(pools)('pooling of %j by %j', (shape, g) => {
    const out = shape
      .slice(2)
      .map((d, i) => Math.floor((d + 2 * g.pad[i]! - g.ksize[i]!) / g.stride[i]!) + 1);
    const small = [shape[0]!, shape[1]!, ...out];
    const x = blocked(shape, () => (random() < 0.02 ? Number.NaN : Math.round(noise() * 8)));
    const z = blocked(shape);
    const gy = blocked(small);
    const some = () => outputs(float32, small);
    const [y, picked, inside, all] = [some(), some(), some(), some()];
    const indices = outputs(int32, small);
    const [gx, gInside, gAll] = [outputs(float32, shape), outputs(float32, shape), outputs(float32, shape)];
    [js, cpu].forEach(({ kernels }, k) => {
      kernels.maxPooling(x[k]!, y[k]!, indices[k]!, g);
      kernels.maxPoolingGrad(gy[k]!, indices[k]!, gx[k]!, g);
      kernels.maxPoolingPick(z[k]!, indices[k]!, picked[k]!, g);
      kernels.averagePooling(z[k]!, inside[k]!, g, 'inside');
      kernels.averagePooling(z[k]!, all[k]!, g, 'window');
      kernels.averagePoolingGrad(gy[k]!, gInside[k]!, g, 'inside');
      kernels.averagePoolingGrad(gy[k]!, gAll[k]!, g, 'window');
    });
    const kept = out.some((d) => d > 1);
    for (const a of [y, indices, picked, inside, all]) expect(layoutOf(a[1]) !== null).toBe(kept);
    for (const a of [y, indices, picked]) expect(difference(a, 0)).toBeNull();
    for (const [name, a] of Object.entries({ inside, all, gx, gInside, gAll }))
      expect(difference(a, 20, 1e-6), name).toBeNull();
  });
});

describe('memory of opaque arrays', () => {
  afterEach(() => setOpaqueLayouts(true));

  it('is counted as that of plain ones', () => {
    for (const shape of [
      [1, 16, 4, 4],
      [8, 64, 32, 32],
    ]) {
      const x = emptyOn(cpu, shape, float32);
      cpu.kernels.fill(x, 1);
      const before = cpu.memory.stats().live;
      for (let i = 0; i < 10; i++) {
        storageOf(x).rearrange(memory.layouts.like(images, shape));
        storageOf(x).rearrange(null);
      }
      expect(cpu.memory.stats().live).toBe(before);
      storageOf(x).rearrange(memory.layouts.like(images, shape));
      x.storage.release();
      expect(cpu.memory.stats().live).toBeLessThan(before);
      expect(() => cpu.kernels.fill(x, 1)).toThrow('was released');
      expect(() => array([1], { device: cpu }).add(x)).toThrow('was released');
    }
  });
});
