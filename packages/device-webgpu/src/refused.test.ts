import {
  apply,
  array,
  average,
  choose,
  DTypeError,
  IndexError,
  input,
  js,
  LinAlgError,
  lift,
  linalg,
  NeedsHostSyncError,
  onHost,
  ValueError,
} from '@chainer/xp';
import { float32, int32, Kernel } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import { describeWebGpu, outputs, pair, values, webgpu } from './both.testing.ts';

const on = (values: unknown) => array(values as number[], { device: webgpu });

describeWebGpu('what is refused', () => {
  it('names the way out', () => {
    const x = on([1, 0]);
    expect(() => webgpu.kernels.nonzero(x)).toThrow(NeedsHostSyncError);
    expect(() => webgpu.kernels.nonzero(x)).toThrow('onHost(nonzero, x)');
    expect(() => x.at(x.ne(0))).toThrow('await onHost((x, mask) => x.at(mask), x, mask)');
    expect(() =>
      linalg.eig(
        on([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).toThrow(DTypeError);
    expect(() =>
      linalg.eig(
        on([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).toThrow('onHost');
  });

  it('takes that way', async () => {
    const [w] = await onHost(
      linalg.eig,
      on([
        [2, 1],
        [0, 3],
      ]),
    );
    expect(w.device).toBe(js);
    expect(await w.real.toArray()).toEqual([2, 3]);
  });

  it('rejects the next read after a matrix without inverse', async () => {
    const y = linalg.inv(
      on([
        [1, 2],
        [2, 4],
      ]),
    );
    await expect(y.data()).rejects.toThrow(LinAlgError);
    linalg.cholesky(
      on([
        [1, 2],
        [2, 1],
      ]),
    );
    await expect(on([1]).data()).rejects.toThrow(
      '[linalg.cholesky] a is not positive definite: its leading minor of order 2',
    );
    expect(
      await linalg
        .inv(
          on([
            [2, 0],
            [0, 4],
          ]),
        )
        .toArray(),
    ).toEqual([
      [0.5, 0],
      [0, 0.25],
    ]);
  });

  it('rejects it after weights that add up to zero', async () => {
    average(on([1, 2]), { weights: on([1, -1]) });
    await expect(on([1]).data()).rejects.toThrow(ValueError);
    expect(await average(on([1, 2]), { weights: on([1, 3]) }).item()).toBe(1.75);
  });

  it('casts on the way what it cannot hold', async () => {
    const x = array(new Float64Array([1.5, 2]), { dtype: 'float32', device: webgpu });
    expect(x.device).toBe(webgpu);
    expect(await x.toArray()).toEqual([1.5, 2]);
    const y = array(array([1, 2], { dtype: 'int64', device: js }), { dtype: 'int32', device: webgpu });
    expect(await y.toArray()).toEqual([1, 2]);
    expect(() => array(new Float64Array([1]), { device: webgpu })).toThrow(DTypeError);
  });

  it('chooses by indices, and says which is outside', async () => {
    const index = array([0, 2], { dtype: 'int32', device: webgpu });
    choose(index, [on([1, 2]), on([3, 4])]);
    await expect(on([1]).data()).rejects.toThrow(/2/);
  });

  it('leaves the place of an index outside alone, and computes the others', async () => {
    const x = pair(float32, [3, 2], (i) => i)[1];
    const indices = pair(int32, [2], (i) => i * 7)[1];
    const y = outputs(float32, [2, 2])[1];
    webgpu.kernels.gather(x, indices, 0, y);
    await expect(webgpu.read(y)).rejects.toThrow(IndexError);
    expect(await values(y)).toEqual([0, 1, 0, 0]);
    webgpu.kernels.scatter(x, indices, 0, pair(float32, [2, 2], () => 9)[1], 'add');
    await expect(webgpu.read(x)).rejects.toThrow('[scatter] index 7 is out of bounds for axis 0 with size 3');
    expect(await values(x)).toEqual([9, 10, 2, 3, 4, 5]);
  });

  it('rejects the next read after an integer to a negative power, and computes the others', async () => {
    const x = pair(int32, [1000], (i) => (i === 999 ? -1 : 2));
    const program = new Kernel('power', [apply('pow', lift(3), input(0))]).program([x[0]]);
    const [, out] = outputs(int32, [1000]);
    webgpu.kernels.elementwise(program, [x[1]], [out], [1000]);
    await expect(webgpu.read(out)).rejects.toThrow(ValueError);
    expect((await values(out))[0]).toBe(9);
  });

  it('refuses to read at once and arrays of another device', () => {
    const [host, x] = pair(float32, [3], (i) => i);
    expect(() => webgpu.readSync(x)).toThrow('await x.data()');
    const program = new Kernel('neg', [input(0).neg()]).program([x]);
    expect(() => webgpu.kernels.elementwise(program, [host], [outputs(float32, [3])[1]], [3])).toThrow(
      'an array on js was given to a kernel of the webgpu device',
    );
  });
});
