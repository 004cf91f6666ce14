import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceError } from '../errors.ts';
import { js } from '../js/device.ts';
import { deviceReason, initDevices, initDevicesLater } from './choosedevice.ts';
import type { Device } from './device.ts';
import {
  chooseAtFirstUse,
  defaultDevice,
  devices,
  forgetDevice,
  registerDevice,
  resolveDevice,
  setDefaultDevice,
} from './devices.ts';
import { getDevice } from './getdevice.ts';
import { offerDevice } from './offers.ts';

// Other tests of the same worker find the devices as they were: what could be opened has been.
const chosen = defaultDevice();
let cpu: Device | undefined;
beforeEach(() => {
  cpu = forgetDevice('cpu');
});
afterEach(() => {
  chooseAtFirstUse(() => chosen);
  for (const name of ['cpu', 'fake:1']) forgetDevice(name);
  if (cpu !== undefined) registerDevice(cpu);
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
    await expect(initDevices('other:0')).rejects.toThrow(/there is no device 'other:0'/);
  });

  it('takes the device that was asked for', async () => {
    await initDevices('js');
    expect(defaultDevice()).toBe(js);
    expect(deviceReason()).toBe("'js' was asked for");
  });
});

describe('a device that can be opened at once', () => {
  it('is opened by its name, once', () => {
    let opened = 0;
    const open = (name: string) => {
      opened++;
      return named(name);
    };
    offerDevice('fake', { open, remedy: 'none' });
    const device = resolveDevice('fake:1');
    expect(device.name).toBe('fake:1');
    expect(resolveDevice('fake:1')).toBe(device);
    expect(opened).toBe(1);
  });

  it('says cause and remedy where it cannot be', () => {
    const open = () => {
      throw new Error('no addon');
    };
    offerDevice('broken', { open, remedy: 'build it' });
    expect(() => resolveDevice('broken')).toThrow(
      "[getDevice] device 'broken' cannot be used: no addon. Remedy: build it",
    );
  });

  it('is opened as the default by its first use, and not before', () => {
    let opened = 0;
    const open = () => {
      opened++;
      return named('cpu');
    };
    offerDevice('cpu', { open, remedy: 'build it' });
    const notices: string[] = [];
    initDevicesLater((notice) => notices.push(notice));
    expect(setDefaultDevice('js')).toBeNull();
    expect(devices()).toEqual([js]);
    expect(opened).toBe(0);
    setDefaultDevice(null);
    expect(devices().map(({ name }) => name)).toEqual(['js', 'cpu']);
    expect(defaultDevice().name).toBe('cpu');
    expect(opened).toBe(1);
    expect(deviceReason()).toMatch(/^'cpu' is there/);
    expect(notices).toEqual([]);
  });

  it('gives way to js aloud, once', () => {
    const open = () => {
      throw new Error('no addon');
    };
    offerDevice('cpu', { open, remedy: 'build it' });
    const notices: string[] = [];
    initDevicesLater((notice) => notices.push(notice));
    expect(defaultDevice()).toBe(js);
    expect(defaultDevice()).toBe(js);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/slow device 'js'.*no addon.*Remedy: build it/);
    expect(deviceReason()).toMatch(/'cpu' is missing/);
  });
});
