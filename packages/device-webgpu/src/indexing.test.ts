import { float16, float32, IndexError, int8, int32, uint8 } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import { both, describeWebGpu, difference, layouts, outputs, pair, values, webgpu } from './both.testing.ts';

const cases = [
  [[7], 0],
  [[5, 4], 1],
  [[2, 6, 3], 1],
  [[3, 2, 200], 1],
] as const;

describeWebGpu('gather and scatter agree with js', () => {
  for (const d of [float32, float16, int32, uint8]) {
    it(d.name, async () => {
      for (const [shape, axis] of cases) {
        const n = shape[axis]!;
        for (const indexType of [int32, int8]) {
          const indices = pair(indexType, [2, 3], (i) => ((i * 5) % (2 * n)) - n, 'transposed');
          const out = [...shape.slice(0, axis), 2, 3, ...shape.slice(axis + 1)];
          for (const layout of layouts) {
            const x = pair(d, shape, (i) => i % 50, layout);
            const y = outputs(d, out, 'transposed');
            both((device, k) => device.kernels.gather(x[k], indices[k], axis, y[k]));
            expect(await difference(y, 0), `gather ${d.name}[${shape}] ${layout}`).toBeNull();
          }
          for (const mode of ['set', 'add', 'max', 'min'] as const) {
            const x = pair(d, shape, (i) => i % 5, indexType === int32 ? 'dense' : 'every other');
            const from = pair(d, indexType === int8 ? out.slice(1) : out, (i) => (i * 7) % 11, 'reversed');
            both((device, k) => device.kernels.scatter(x[k], indices[k], axis, from[k], mode));
            expect(await difference(x, 4), `scatter ${mode} ${d.name}[${shape}]`).toBeNull();
          }
        }
      }
    });
  }

  it('many rows, in order', async () => {
    const indices = pair(int32, [1900], (i) => (i * 13) % 100);
    const from = pair(float32, [1900, 65], (i) => (i % 1000) / 8);
    for (const mode of ['add', 'set'] as const) {
      const x = pair(float32, [100, 65], () => 0);
      both((device, k) => device.kernels.scatter(x[k], indices[k], 0, from[k], mode));
      expect(await difference(x, 4), mode).toBeNull();
    }
  });

  it('an index outside is an IndexError of the next read, and its place is left alone', async () => {
    const x = pair(float32, [3, 2], (i) => i)[1];
    const indices = pair(int32, [2], (i) => i * 7)[1];
    const y = outputs(float32, [2, 2])[1];
    webgpu.kernels.gather(x, indices, 0, y);
    const reading = webgpu.read(y);
    await expect(reading).rejects.toThrow(IndexError);
    await expect(reading).rejects.toThrow('[gather] index 7 is out of bounds for axis 0 with size 3');
    expect(await values(y)).toEqual([0, 1, 0, 0]);
    webgpu.kernels.scatter(x, indices, 0, pair(float32, [2, 2], () => 9)[1], 'add');
    await expect(webgpu.read(x)).rejects.toThrow('[scatter] index 7 is out of bounds for axis 0 with size 3');
    expect(await values(x)).toEqual([9, 10, 2, 3, 4, 5]);
  });

  it('reading at once is refused, with the remedy', () => {
    const x = pair(float32, [3], (i) => i)[1];
    expect(() => webgpu.readSync(x)).toThrow('await x.data()');
  });
});
