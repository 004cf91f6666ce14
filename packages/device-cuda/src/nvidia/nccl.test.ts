import { spawn } from 'node:child_process';
import { arange, array, type NdArray, ones, zeros } from '@chainer/xp';
import { afterEach, describe, expect, it } from 'vitest';
import type { CudaDevice } from '../device.ts';
import { emulated } from '../emulator.testing.ts';
import { deviceWith } from './library.testing.ts';
import { getUniqueId, getVersion, group, groupEnd, NcclCommunicator, type NcclOp } from './nccl.ts';

const found = [deviceWith('nccl'), deviceWith('nccl', 1)];
const devices = (found.includes(null) ? [] : found) as CudaDevice[];
const [first, second] = devices as [CudaDevice, CudaDevice];

/** Something of each rank, told by its number. */
const each = <T>(f: (k: number, device: CudaDevice) => T): T[] => devices.map((device, k) => f(k, device));
const on = (device: CudaDevice, values: readonly number[], dtype = 'float32'): NdArray =>
  array(values, { device, dtype: dtype as 'float32' });
const read = (arrays: readonly NdArray[]): unknown[] => arrays.map((x) => x.toArraySync());

describe.skipIf(devices.length === 0)('NCCL in one process', () => {
  const open: NcclCommunicator[] = [];
  afterEach(() => {
    for (const rank of open.splice(0)) rank.destroy();
  });
  const ranks = (): NcclCommunicator[] => {
    const all = NcclCommunicator.initAll(devices);
    open.push(...all);
    return all;
  };
  const together = (body: (rank: NcclCommunicator, k: number) => void): void => {
    const all = open.length === 0 ? ranks() : open;
    group(() => {
      for (const [k, rank] of all.entries()) body(rank, k);
    });
  };

  it('knows who is where', () => {
    expect(ranks().map((r) => [r.rankId(), r.size(), r.deviceId()])).toEqual([
      [0, 2, 0],
      [1, 2, 1],
    ]);
    expect(getVersion(first)).toBeGreaterThan(22300);
  });

  it.each([
    ['sum', [5, 7, -1]],
    ['prod', [4, 12, -2]],
    ['max', [4, 4, 1]],
    ['min', [1, 3, -2]],
    ['avg', [2.5, 3.5, -0.5]],
  ] as const)('all-reduces by %s in every dtype that has it', (op: NcclOp, expected) => {
    for (const dtype of ['float16', 'bfloat16', 'float32', 'float64']) {
      const given = each((k, device) =>
        on(
          device,
          [
            [1, 3, -2],
            [4, 4, 1],
          ][k]!,
          dtype,
        ),
      );
      const got = given.map((x) => zeros([3], { device: x.device, dtype: x.dtype }));
      together((rank, k) => rank.allReduce(given[k]!, got[k]!, op));
      expect(read(got)).toEqual([expected, expected]);
    }
  });

  it('adds integers and complex numbers, also in place and behind kernels', () => {
    const wide = each((k, device) => on(device, [2 ** 40 + k, -k], 'int64'));
    together((rank, k) => rank.allReduce(wide[k]!, wide[k]!));
    expect(read(wide)).toEqual(each(() => [2 ** 41 + 1, -1]));
    const pairs = each((k, device) => ones([2], { device, dtype: 'complex64' }).mul(k + 1));
    together((rank, k) => rank.allReduce(pairs[k]!, pairs[k]!));
    expect(pairs.map((x) => x.real.toArraySync())).toEqual([
      [3, 3],
      [3, 3],
    ]);
    const late = each((k, device) => arange(1000, { device, dtype: 'float32' }).mul(k + 1));
    together((rank, k) => rank.allReduce(late[k]!, late[k]!));
    // What is queued behind sees the sum.
    expect(late.map((x) => x.add(1).sum().itemSync())).toEqual([1499500, 1499500]);
  });

  it('reduces, broadcasts, gathers and scatters', () => {
    const given = each((k, device) => on(device, [k + 1, 10 * (k + 1)]));
    const root = each((_, device) => on(device, [7, 7]));
    together((rank, k) => rank.reduce(given[k]!, root[k]!, 1));
    expect(read(root)).toEqual([
      [7, 7],
      [3, 30],
    ]);
    const flags = each((k, device) => array([k === 1, true], { device }));
    together((rank, k) => rank.bcast(flags[k]!, 1));
    expect(read(flags)).toEqual(each(() => [true, true]));
    const all = each((_, device) => zeros([2, 2], { device }));
    together((rank, k) => rank.allGather(given[k]!, all[k]!));
    expect(read(all)).toEqual(
      each(() => [
        [1, 10],
        [2, 20],
      ]),
    );
    const parts = each((_, device) => zeros([1], { device }));
    together((rank, k) => rank.reduceScatter(given[k]!, parts[k]!));
    expect(read(parts)).toEqual([[3], [30]]);
  });

  it('exchanges messages, whichever half comes first', () => {
    const given = each((k, device) => on(device, [k, k + 5], 'int16'));
    const got = each((_, device) => zeros([2], { device, dtype: 'int16' }));
    together((rank, k) => {
      rank.recv(got[k]!, 1 - k);
      rank.send(given[k]!, 1 - k);
    });
    expect(read(got)).toEqual([
      [1, 6],
      [0, 5],
    ]);
  });

  it('goes on where ranks begin by an id in a group', () => {
    const id = getUniqueId(first);
    const all = group(() => devices.map((device, k) => new NcclCommunicator(2, id, k, device)));
    open.push(...all);
    const x = each((k, device) => on(device, [k + 1]));
    together((rank, k) => rank.allReduce(x[k]!, x[k]!));
    expect(read(x)).toEqual([[3], [3]]);
  });

  it('says what is wrong', () => {
    const [rank] = ranks() as [NcclCommunicator];
    const x = ones([4], { device: first });
    const f = zeros([4, 2], { device: first }).T;
    expect(() => rank.allReduce(x, zeros([4], { device: second }))).toThrow(
      'allReduce: recvbuff must be on cuda:0, where the communicator is, got one on cuda:1',
    );
    expect(() => rank.allReduce(x, zeros([3], { device: first }))).toThrow(
      'recvbuff must have the elements of sendbuff, got 3 and 4',
    );
    expect(() => rank.allGather(x, x)).toThrow(
      'recvbuff must have 2 times the elements of sendbuff, got 4 and 4',
    );
    expect(() => rank.allReduce(x, zeros([4], { device: first, dtype: 'int32' }))).toThrow(
      'must have one dtype, got float32 and int32',
    );
    expect(() => rank.bcast(f)).toThrow('broadcast: sendbuff must be contiguous');
    expect(() => rank.bcast(x, 2)).toThrow('broadcast: a rank must be an integer from 0 to 1, got 2');
    expect(() => rank.allReduce(x, x, 'mean' as NcclOp)).toThrow(
      'op must be one of sum, prod, max, min, avg, got mean',
    );
    const b = zeros([2], { device: first, dtype: 'int16' });
    expect(() => rank.allReduce(b, b)).toThrow('NCCL has no sum of int16');
    expect(() => NcclCommunicator.initAll([first, first])).toThrow(
      'takes every device once, got cuda:0, cuda:0',
    );
    expect(() => new NcclCommunicator(2, new Uint8Array(3), 0, first)).toThrow(
      'commId must have 128 bytes, got 3',
    );
    expect(() => new NcclCommunicator(2, getUniqueId(first), 2, first)).toThrow('from 0 to 1, got 2');
    expect(() => groupEnd()).toThrow('groupEnd without groupStart');
  });

  it.skipIf(!emulated)('is refused what would wait for itself, and memory of others', () => {
    const [rank] = ranks() as [NcclCommunicator];
    const x = ones([4], { device: first });
    expect(() => rank.allReduce(x, x)).toThrow(
      /ncclAllReduce failed: invalid usage \(one thread that has several ranks/,
    );
  });

  it.skipIf(!emulated)('finds ranks that call something else, and is over after abort', () => {
    const all = ranks();
    const x = each((_, device) => ones([4], { device }));
    group(() => {
      all[0]!.allReduce(x[0]!, x[0]!);
      all[1]!.bcast(x[1]!);
    });
    first.synchronizeSync();
    expect(() => all[0]!.checkAsyncError()).toThrow('an operation failed: invalid usage');
    for (const rank of open.splice(0)) rank.abort();
    expect(() => all[0]!.bcast(x[0]!)).toThrow('the communicator was destroyed or aborted');
  });
});

describe.skipIf(devices.length === 0)('NCCL between processes', () => {
  /** A process with one rank, whose last line is what it read. */
  const program = (id: string, rank: number) => `
    import { array, zeros } from '@chainer/xp';
    import { createCudaDevice, nccl } from '@chainer/device-cuda';
    const device = createCudaDevice('cuda:${rank}');
    const comm = new nccl.NcclCommunicator(2, new Uint8Array(Buffer.from('${id}', 'hex')), ${rank}, device);
    const x = array([${rank} + 1, 10], { device, dtype: 'bfloat16' });
    comm.allReduce(x, x);
    const all = zeros([4], { device, dtype: 'bfloat16' });
    comm.allGather(x.mul(${rank} + 1), all);
    if (${rank} === 0) comm.send(all, 1);
    else comm.recv(all, 0);
    console.log(JSON.stringify([...x.toArraySync(), ...all.toArraySync()]));
    comm.checkAsyncError();
    comm.destroy();`;

  it('adds and gathers what each has', async () => {
    const id = Buffer.from(getUniqueId(first)).toString('hex');
    const path = first.libraries.open('nccl').where();
    const outputs = await Promise.all(
      [0, 1].map(
        (rank) =>
          new Promise<string>((resolve, reject) => {
            const child = spawn(process.execPath, ['--input-type=module', '-e', program(id, rank)], {
              cwd: new URL('../../', import.meta.url),
              env: { ...process.env, CHAINER_NCCL: path },
            });
            let out = '';
            let err = '';
            child.stdout.on('data', (data) => (out += data));
            child.stderr.on('data', (data) => (err += data));
            child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(err))));
          }),
      ),
    );
    const all = [3, 20, 6, 40];
    expect(outputs.map((text) => JSON.parse(text))).toEqual([
      [3, 20, ...all],
      [3, 20, ...all],
    ]);
  });
});
