import {
  array,
  average,
  choose,
  DTypeError,
  js,
  LinAlgError,
  linalg,
  NeedsHostSyncError,
  onHost,
  ValueError,
} from '@chainer/xp';
import { expect, it } from 'vitest';
import { describeWebGpu, webgpu } from './both.testing.ts';

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
});
