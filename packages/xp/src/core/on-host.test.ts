import { describe, expect, it } from 'vitest';
import { array } from '../creation/array.ts';
import { NeedsHostSyncError } from '../errors.ts';
import { nonzero } from '../indexing/nonzero.ts';
import { js } from '../js/device.ts';
import { unique } from '../sets/unique.ts';
import type { Device } from './device.ts';
import { defaultDevice } from './devices.ts';
import { NdArray } from './ndarray.ts';
import { onHost } from './on-host.ts';
import '../install.ts';

/** `js`, which says that it cannot be read at once and has no 64-bit floats. */
const waiting: Device = Object.assign(Object.create(js) as Device, {
  name: 'waiting',
  synchronous: false,
  supports: (d: { name: string }) => d.name !== 'float64',
  allocate(nbytes: number) {
    const storage = js.allocate(nbytes);
    return Object.assign(Object.create(storage), { device: waiting });
  },
});

const there = (values: number[]) => array(values, { device: waiting });

describe('onHost', () => {
  it('computes on js what depends on data, and moves the results back', async () => {
    const x = there([3, 0, 3, 2]);
    expect(() => nonzero(x)).toThrow(NeedsHostSyncError);
    expect(() => nonzero(x)).toThrow('[nonzero]');
    expect(() => nonzero(x)).toThrow('await onHost(nonzero, …)');
    const [places] = await onHost(nonzero, x);
    expect(places!.device).toBe(waiting);
    expect(await places!.toArray()).toEqual([0, 2, 3]);
  });

  it('moves arrays in lists and options, each once, and leaves other values alone', async () => {
    const x = there([1, 2]);
    const seen = await onHost(
      (list: readonly NdArray[], options: { a: NdArray; n: number }) => {
        expect(defaultDevice()).toBe(js);
        expect(list[0]).toBe(options.a);
        expect(list[0]!.device).toBe(js);
        return { sum: list[0]!.add(options.n), text: 'same' };
      },
      [x],
      { a: x, n: 2 },
    );
    expect(seen.text).toBe('same');
    expect(seen.sum.device).toBe(waiting);
    expect(await seen.sum.toArray()).toEqual([3, 4]);
    expect(x.device).toBe(waiting);
  });

  it('leaves on js what the device cannot hold', async () => {
    const y = await onHost((x: NdArray) => x.astype('float64'), there([1]));
    expect(y.device).toBe(js);
  });

  it('just calls on a device that can be read at once, and passes errors on', async () => {
    const x = array([2, 1, 2]);
    expect((await onHost((a: NdArray) => a, x)) === x).toBe(true);
    const values = await onHost(unique, x);
    expect(values).toBeInstanceOf(NdArray);
    const failing = (_: NdArray) => {
      throw new TypeError('own');
    };
    await expect(onHost(failing, there([1]))).rejects.toThrow('own');
    expect(defaultDevice()).not.toBe(waiting);
  });
});
