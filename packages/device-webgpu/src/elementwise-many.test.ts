import { type Expr, js } from '@chainer/xp';
import { float32, input, Kernel, NdArray } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import { both, describeWebGpu, difference, outputs, type Pair, pair, webgpu } from './both.testing.ts';

const [p, g, m, v] = [0, 1, 2, 3].map((k) => input(k)) as [Expr, Expr, Expr, Expr];
const m1 = m.mul(0.9).add(g.mul(0.1));
const v1 = v.mul(0.99).add(g.square().mul(0.01));
const adam = new Kernel('moments', [p.sub(m1.mul(input(4)).div(v1.sqrt().add(1e-3))), m1, v1]);

const shapes = [[20, 30], [30], [7, 5, 3, 3], [7], [300, 50], [300], [10, 300], [10]];
const some = (seed: number) => (i: number) => (((i + seed) * 37) % 101) / 50 - 1;

/** Parameters, what is kept of them, and a step of Adam with new gradients. */
function optimizer() {
  const made = shapes.map((shape, i) => ({
    shape,
    p: pair(float32, shape, some(i)),
    m: outputs(float32, shape),
    v: outputs(float32, shape),
  }));
  let steps = 0;
  const step = () => {
    const gradients = made.map(({ shape }, i) => pair(float32, shape, some(steps * 10 + i)));
    steps++;
    both((on, k) => {
      const calls = made.map((one, i) => {
        const [x, mean, square] = [one.p[k], one.m[k], one.v[k]];
        const inputs = [x, gradients[i]![k], mean, square, 0.01 * (i + 1)];
        return { inputs, outputs: [x, mean, square], shape: one.shape };
      });
      on.kernels.elementwiseMany(adam.program(calls[0]!.inputs), calls);
    });
    for (const gradient of gradients) for (const x of gradient) x.storage.release();
  };
  return { made, step };
}

const blockOf = (x: NdArray) => (x.storage as unknown as { block: { buffer: unknown } }).block;

describeWebGpu('one program over many arrays', () => {
  it('is one dispatch from the second step of an optimizer on, as far as gradients can be bound', async () => {
    const { made, step } = optimizer();
    const dispatches: number[] = [];
    for (let i = 0; i < 4; i++) {
      const before = webgpu.gpu.dispatches;
      step();
      dispatches.push(webgpu.gpu.dispatches - before);
    }
    const limit = webgpu.gpu.device.limits.maxStorageBuffersPerShaderStage;
    const apart = Math.ceil(made.length / Math.floor(limit / 4));
    const joined = Math.ceil(made.length / (limit - 3));
    expect(dispatches).toEqual([apart, joined, joined, joined]);
    for (const one of made) {
      for (const result of [one.p, one.m, one.v])
        expect(await difference(result, 60, 1e-6), `${one.shape}`).toBeNull();
    }
  });

  it('moves what it updates into shared buffers, which come back with the last array', async () => {
    webgpu.memory.collect();
    const before = webgpu.memory.stats().live;
    const { made, step } = optimizer();
    for (let i = 0; i < 3; i++) step();
    const arrays = made.flatMap((one) => [one.p, one.m, one.v]);
    expect(new Set(made.map((one) => blockOf(one.p[1]).buffer)).size).toBe(1);
    expect(new Set(arrays.map((x) => blockOf(x[1]).buffer)).size).toBe(3);

    // Reading and writing parts, also from one to another of the same buffer, and both in one kernel.
    const [a, b] = [made[1]!.p, made[5]!.p] as [Pair, Pair];
    webgpu.write(a[1], new Float32Array(30).fill(3));
    js.write(a[0], new Float32Array(30).fill(3));
    const add = new Kernel('add', [input(0).add(input(1))]);
    both((on, k) => {
      const part = new NdArray(b[k].storage, float32, [30], [1], 5);
      on.kernels.copy(a[k], part);
      on.kernels.elementwise(add.program([part, a[k]]), [part, a[k]], [part], [30]);
    });
    for (const one of made) expect(await difference(one.p, 60, 1e-6), `${one.shape}`).toBeNull();

    const [last, ...others] = arrays;
    for (const x of others) x[1].storage.release();
    expect(await difference(last!, 60, 1e-6)).toBeNull();
    last![1].storage.release();
    expect(webgpu.memory.stats().live).toBe(before);
  });
});
