import {
  type Device,
  DeviceError,
  type DType,
  DTypeError,
  type NdArray,
  ValueError,
} from '@chainer/xp/internal';
import type { CudaDevice } from '../device.ts';
import { Libraries, type Library } from '../libraries.ts';
import { pointer } from '../storage.ts';

/** How values are combined: `ncclRedOp_t`. */
const operations = { sum: 0, prod: 1, max: 2, min: 3, avg: 4 } as const;

/** How `NcclCommunicator`'s reductions combine what the ranks give. */
export type NcclOp = keyof typeof operations;

/** `ncclDataType_t`. Complex numbers are pairs. */
const types: Readonly<Record<string, number>> = {
  int8: 0,
  uint8: 1,
  int32: 2,
  uint32: 3,
  int64: 4,
  uint64: 5,
  float16: 6,
  float32: 7,
  float64: 8,
  bfloat16: 9,
  complex64: 7,
  complex128: 8,
};
const bytesType = 1;

/** Bytes of `ncclUniqueId`. */
const idBytes = 128;

/** `ncclGroupStart` without end: how many, and what must live until the last ends. */
let depth = 0;
const kept: unknown[] = [];
let library: Library | null = null;

/** NCCL, of a device's libraries. */
function open(device: CudaDevice): Library {
  const nccl = device.libraries.open('nccl');
  if (library === null) for (let k = 0; k < depth; k++) check(nccl, 'ncclGroupStart');
  library = nccl;
  return nccl;
}

function check(nccl: Library, name: string, ...ints: readonly number[]): void {
  const { native } = nccl;
  const code = native.status(nccl.fn(name), ...ints);
  if (code !== 0) throw errorOf(nccl, name, code);
}

function errorOf(nccl: Library, name: string, code: number): DeviceError {
  const { native } = nccl;
  const words = native.addon.text(native.value(nccl.fn('ncclGetErrorString'), code));
  const more = nccl.has('ncclGetLastError')
    ? native.addon.text(native.value(nccl.fn('ncclGetLastError'), 0))
    : '';
  return new DeviceError(`[nccl] ${name} failed: ${words}${more === '' ? '' : ` (${more})`}`);
}

/** Whether a device is a GPU of ours. */
export const isCuda = (device: Device): device is CudaDevice =>
  (device as Partial<CudaDevice>).libraries instanceof Libraries;

/** @throws {DeviceError} if the device is not one of ours. */
function cudaOf(device: Device, who: string): CudaDevice {
  if (isCuda(device)) return device;
  throw new DeviceError(`[nccl] ${who} takes cuda devices, got ${device.name}`);
}

/**
 * A new name under which ranks meet: 128 bytes, which one rank makes and the others are told.
 *
 * @throws {DeviceError} without NCCL.
 */
export function getUniqueId(device: Device): Uint8Array {
  const cuda = cudaOf(device, 'getUniqueId');
  const id = new Uint8Array(idBytes);
  const nccl = open(cuda);
  cuda.gpu.use();
  check(nccl, 'ncclGetUniqueId', nccl.native.bytes(id));
  return id;
}

/** NCCL's version, as 22307 of 2.23.7. @throws {DeviceError} without NCCL. */
export function getVersion(device: Device): number {
  const nccl = open(cudaOf(device, 'getVersion'));
  check(nccl, 'ncclGetVersion', nccl.native.slot());
  return nccl.native.int();
}

/**
 * Begins a group: what is called until `groupEnd` goes at once. A thread that has several ranks must call their operations in one, or the first
 * would wait for the others for ever.
 */
export function groupStart(): void {
  depth++;
  if (library !== null) check(library, 'ncclGroupStart');
}

/** Ends a group. @throws {DeviceError} if one of its calls failed, or none was begun. */
export function groupEnd(): void {
  if (depth === 0) throw new DeviceError('[nccl] groupEnd without groupStart');
  depth--;
  if (library !== null) check(library, 'ncclGroupEnd');
  if (depth === 0) kept.length = 0;
}

/** What `body` calls is one group. */
export function group<T>(body: () => T): T {
  groupStart();
  try {
    return body();
  } finally {
    groupEnd();
  }
}

/**
 * A rank of a group of GPUs that compute together: its operations go to its device's current stream and meet those that the other ranks
 * call in the same order. Names and order of arguments are those of CuPy, with arrays for pointers.
 *
 * GPUs of one process:
 *
 * @example
 * import { getDevice, ones, zeros } from '@chainer/xp';
 * import { isCudaAvailable, nccl, type CudaDevice } from '@chainer/device-cuda';
 * if (isCudaAvailable() && process.env.CHAINER_NCCL !== 'none') {
 *   const devices = [(await getDevice('cuda:0')) as CudaDevice];
 *   const ranks = nccl.NcclCommunicator.initAll(devices);
 *   const sums = devices.map((device) => zeros([3], { device }));
 *   nccl.group(() => ranks.forEach((rank, k) => rank.allReduce(ones([3], { device: devices[k]! }), sums[k]!)));
 *   sums[0]!.toArraySync(); // [1, 1, 1]
 *   for (const rank of ranks) rank.destroy();
 * }
 */
export class NcclCommunicator {
  private readonly nccl: Library;
  private readonly device: CudaDevice;
  private readonly ranks: number;
  private readonly rank: number;
  /** Where NCCL leaves its handle, in a group not before its end. */
  private readonly place: BigUint64Array;
  private over = false;

  /**
   * Waits until all ranks have come; in a group, `groupEnd` does.
   *
   * @param ndev how many ranks there are
   * @param commId what `getUniqueId` gave to one of them
   * @throws {DeviceError} without NCCL 2.23 or later, if the ranks do not fit together or do not come.
   */
  constructor(ndev: number, commId: Uint8Array, rank: number, device: Device, place?: BigUint64Array) {
    if (!Number.isInteger(ndev) || ndev < 1)
      throw new ValueError(`[NcclCommunicator] ndev must be a positive integer, got ${ndev}`);
    if (!Number.isInteger(rank) || rank < 0 || rank >= ndev)
      throw new ValueError(`[NcclCommunicator] rank must be an integer from 0 to ${ndev - 1}, got ${rank}`);
    if (commId.length !== idBytes)
      throw new ValueError(`[NcclCommunicator] commId must have ${idBytes} bytes, got ${commId.length}`);
    this.device = cudaOf(device, 'NcclCommunicator');
    this.ranks = ndev;
    this.rank = rank;
    this.place = place ?? new BigUint64Array(1);
    this.nccl = open(this.device);
    if (place !== undefined) return;
    if (!this.nccl.has('ncclCommInitRankScalable'))
      throw new DeviceError(
        `[nccl] ranks of several processes need NCCL 2.23 or later, which this is not (${this.nccl.where()}); GPUs of one process do with NcclCommunicator.initAll`,
      );
    const { native } = this.nccl;
    this.device.gpu.use();
    kept.push(commId, this.place);
    check(
      this.nccl,
      'ncclCommInitRankScalable',
      native.bytes(this.place),
      ndev,
      rank,
      1,
      native.bytes(commId),
      0,
    );
    if (depth === 0) kept.length = 0;
  }

  /** A rank for each of several GPUs of this process, in their order. @throws {DeviceError} if one is there twice, or without NCCL. */
  static initAll(devices: readonly Device[]): NcclCommunicator[] {
    const all = devices.map((d) => cudaOf(d, 'initAll'));
    const [first] = all;
    if (first === undefined)
      throw new ValueError('[NcclCommunicator] initAll needs at least one device, got none');
    if (new Set(all).size < all.length)
      throw new ValueError(
        `[NcclCommunicator] initAll takes every device once, got ${all.map((d) => d.name).join(', ')}`,
      );
    const nccl = open(first);
    const { native } = nccl;
    const handles = new BigUint64Array(all.length);
    const numbers = Int32Array.from(all, (d) => d.gpu.index);
    check(nccl, 'ncclCommInitAll', native.bytes(handles), all.length, native.bytes(numbers));
    // NCCL has made other GPUs the current one.
    first.gpu.driver.forgetCurrent();
    return all.map(
      (device, k) =>
        new NcclCommunicator(all.length, new Uint8Array(idBytes), k, device, handles.subarray(k, k + 1)),
    );
  }

  /** Its number among the ranks. */
  rankId(): number {
    return this.rank;
  }

  /** How many ranks there are. */
  size(): number {
    return this.ranks;
  }

  /** The number of its GPU. */
  deviceId(): number {
    return this.device.gpu.index;
  }

  /** `recvbuff` of all ranks: what all `sendbuff`s give together. The same array may be both. */
  allReduce(sendbuff: NdArray, recvbuff: NdArray, op: NcclOp = 'sum'): void {
    this.same('allReduce', sendbuff, recvbuff, 1, 1);
    const { type, count } = this.numbers('allReduce', recvbuff, op);
    this.call('ncclAllReduce', [sendbuff, recvbuff], count, type, operations[op]);
  }

  /** The same for the rank `root` alone; the others' `recvbuff` is not written. */
  reduce(sendbuff: NdArray, recvbuff: NdArray, root = 0, op: NcclOp = 'sum'): void {
    this.same('reduce', sendbuff, recvbuff, 1, 1);
    const { type, count } = this.numbers('reduce', recvbuff, op);
    this.call('ncclReduce', [sendbuff, recvbuff], count, type, operations[op], this.peer('reduce', root));
  }

  /** `recvbuff` of all ranks: `sendbuff` of the rank `root`. */
  broadcast(sendbuff: NdArray, recvbuff: NdArray, root = 0): void {
    this.same('broadcast', sendbuff, recvbuff, 1, 1);
    const { type, count } = moved(recvbuff);
    this.call('ncclBroadcast', [sendbuff, recvbuff], count, type, this.peer('broadcast', root));
  }

  /** The same in place. */
  bcast(buff: NdArray, root = 0): void {
    this.broadcast(buff, buff, root);
  }

  /** `recvbuff` of all ranks: all `sendbuff`s, one behind the other. */
  allGather(sendbuff: NdArray, recvbuff: NdArray): void {
    this.same('allGather', sendbuff, recvbuff, this.ranks, 1);
    const { type, count } = moved(sendbuff);
    this.call('ncclAllGather', [sendbuff, recvbuff], count, type);
  }

  /** `recvbuff` of rank `r`: part `r` of what all `sendbuff`s give together. */
  reduceScatter(sendbuff: NdArray, recvbuff: NdArray, op: NcclOp = 'sum'): void {
    this.same('reduceScatter', sendbuff, recvbuff, 1, this.ranks);
    const { type, count } = this.numbers('reduceScatter', recvbuff, op);
    this.call('ncclReduceScatter', [sendbuff, recvbuff], count, type, operations[op]);
  }

  /** Sends an array to a rank that calls `recv` for one of its size. */
  send(sendbuff: NdArray, peer: number): void {
    this.own('send', 'sendbuff', sendbuff);
    const { type, count } = moved(sendbuff);
    this.call('ncclSend', [sendbuff], count, type, this.peer('send', peer));
  }

  /** Receives what a rank sends. */
  recv(recvbuff: NdArray, peer: number): void {
    this.own('recv', 'recvbuff', recvbuff);
    const { type, count } = moved(recvbuff);
    this.call('ncclRecv', [recvbuff], count, type, this.peer('recv', peer));
  }

  /** @throws {DeviceError} if an operation has failed since it was queued: another rank is gone, or called something else. */
  checkAsyncError(): void {
    const { native } = this.nccl;
    check(this.nccl, 'ncclCommGetAsyncError', this.handle(), native.slot());
    const code = native.int();
    if (code !== 0) throw errorOf(this.nccl, 'an operation', code);
  }

  /** Ends it at once, also what waits for ranks that do not come. */
  abort(): void {
    this.end('ncclCommAbort');
  }

  /** Ends it when what was queued has run. */
  destroy(): void {
    this.end('ncclCommDestroy');
  }

  private end(name: string): void {
    if (this.over) return;
    const handle = this.handle();
    this.over = true;
    this.device.gpu.use();
    check(this.nccl, name, handle);
  }

  private handle(): number {
    if (this.over) throw new DeviceError('[nccl] the communicator was destroyed or aborted');
    const handle = Number(this.place[0]);
    if (handle === 0) throw new DeviceError('[nccl] the communicator is not there before groupEnd');
    return handle;
  }

  private call(name: string, arrays: readonly NdArray[], ...numbers: readonly number[]): void {
    const { stream, gpu } = this.device;
    const places = arrays.map((x) => {
      const { address, storage } = pointer(x);
      storage?.usedBy(stream);
      return address;
    });
    gpu.use();
    if (depth > 0) kept.push(...arrays);
    check(this.nccl, name, ...places, ...numbers, this.handle(), stream.handle);
  }

  private own(who: string, argument: string, x: NdArray): void {
    if (x.device !== this.device)
      throw new DeviceError(
        `[nccl] ${who}: ${argument} must be on ${this.device.name}, where the communicator is, got one on ${x.device.name}`,
      );
    if (!x.contiguous)
      throw new ValueError(
        `[nccl] ${who}: ${argument} must be contiguous, got steps [${x.steps.join(', ')}]`,
      );
  }

  /** Checks two arrays, of which one has as many elements as `a` or `b` of the other. */
  private same(who: string, send: NdArray, receive: NdArray, a: number, b: number): void {
    this.own(who, 'sendbuff', send);
    this.own(who, 'recvbuff', receive);
    if (send.dtype !== receive.dtype)
      throw new DTypeError(
        `[nccl] ${who}: sendbuff and recvbuff must have one dtype, got ${send.dtype.name} and ${receive.dtype.name}`,
      );
    if (send.size * a !== receive.size * b) {
      const times = a > 1 ? ` ${a} times` : b > 1 ? ` 1/${b} of` : '';
      throw new ValueError(
        `[nccl] ${who}: recvbuff must have${times} the elements of sendbuff, got ${receive.size} and ${send.size}`,
      );
    }
  }

  private peer(who: string, rank: number): number {
    if (Number.isInteger(rank) && rank >= 0 && rank < this.ranks) return rank;
    throw new ValueError(`[nccl] ${who}: a rank must be an integer from 0 to ${this.ranks - 1}, got ${rank}`);
  }

  /** How a reduction counts an array. */
  private numbers(who: string, x: NdArray, op: NcclOp): { type: number; count: number } {
    if (!(op in operations))
      throw new ValueError(
        `[nccl] ${who}: op must be one of ${Object.keys(operations).join(', ')}, got ${op}`,
      );
    const { dtype } = x;
    const type = types[dtype.name];
    if (type === undefined || (dtype.kind === 'c' && op !== 'sum' && op !== 'avg'))
      throw new DTypeError(`[nccl] ${who}: NCCL has no ${op} of ${dtype.name}`);
    return { type, count: x.size * dtype.lanes };
  }
}

/** How an array counts that is only moved: those without a type of NCCL's as bytes. */
function moved(x: NdArray): { type: number; count: number } {
  const d: DType = x.dtype;
  const type = types[d.name];
  return type === undefined
    ? { type: bytesType, count: x.size * d.itemsize }
    : { type, count: x.size * d.lanes };
}
