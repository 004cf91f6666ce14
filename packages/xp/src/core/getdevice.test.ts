import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceError } from '../errors.ts';
import { js } from '../js/device.ts';
import { deviceReason, initDevices } from './choosedevice.ts';
import type { Device } from './device.ts';
import { defaultDevice, forgetDevice, registerDevice, setDefaultDevice } from './devices.ts';
import { getDevice, offerDevice } from './getdevice.ts';

// Other tests of the same worker find the devices as they were.
let chosen: Device;
let cpu: Device | undefined;
beforeEach(() => {
  chosen = defaultDevice();
  cpu = forgetDevice('cpu');
});
afterEach(() => {
  for (const name of ['cpu', 'fake:1']) forgetDevice(name);
  if (cpu !== undefined) registerDevice(cpu);
  setDefaultDevice(chosen);
});

/** A device of another name that is the js device in all else. */
const named = (name: string): Device => Object.assign(Object.create(js) as Device, { name });

describe('getDevice', () => {
  it('gives the js device, which is always there', async () => {
    expect(await getDevice('js')).toBe(js);
  });

  it('says what there is when a name is unknown', async () => {
    await expect(getDevice('tpu')).rejects.toThrow(/\[getDevice\] there is no device 'tpu' here; known: js/);
  });

  it('loads a device once, by the kind before the colon', async () => {
    let loads = 0;
    offerDevice('fake', {
      load: async (name) => {
        loads++;
        return named(name);
      },
      remedy: 'none',
    });
    const first = await getDevice('fake:1');
    expect(first.name).toBe('fake:1');
    expect(await getDevice('fake:1')).toBe(first);
    expect(loads).toBe(1);
  });

  it('names the cause and the remedy when a device does not load', async () => {
    offerDevice('broken', {
      load: async () => {
        throw new Error('libmissing.so: cannot open', { cause: new Error('no such file') });
      },
      remedy: 'install libmissing',
    });
    const error = await getDevice('broken').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DeviceError);
    expect((error as Error).message).toBe(
      "[getDevice] device 'broken' cannot be used: libmissing.so: cannot open (no such file). Remedy: install libmissing",
    );
  });
});

describe('initDevices', () => {
  it('falls back to js aloud when cpu does not load', async () => {
    offerDevice('cpu', {
      load: async () => {
        throw new Error('no addon');
      },
      remedy: 'build it',
    });
    const notice = await initDevices();
    expect(defaultDevice().name).toBe('js');
    expect(notice).toMatch(/slow device 'js'.*no addon.*Remedy: build it/);
    expect(deviceReason()).toMatch(/'cpu' is missing/);
  });

  it('makes cpu the default when it loads', async () => {
    offerDevice('cpu', { load: async () => named('cpu'), remedy: 'build it' });
    expect(await initDevices()).toBeNull();
    expect(defaultDevice().name).toBe('cpu');
  });

  it('never falls back from a device that was asked for', async () => {
    await expect(initDevices('cuda:0')).rejects.toThrow(/there is no device 'cuda:0'/);
  });

  it('takes the device that was asked for', async () => {
    await initDevices('js');
    expect(defaultDevice()).toBe(js);
    expect(deviceReason()).toBe("'js' was asked for");
  });
});
