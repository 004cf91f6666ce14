import { type Gpu, notReady } from './driver.ts';

/** `CU_STREAM_NON_BLOCKING` and `CU_EVENT_DISABLE_TIMING`. */
const nonBlocking = 1;
const withoutTiming = 2;

/**
 * A mark in a stream, which others may wait for, and between two of which time is taken.
 *
 * @example
 * import { array, getDevice } from '@chainer/xp';
 * import { isCudaAvailable, type CudaDevice } from '@chainer/device-cuda';
 * if (isCudaAvailable()) {
 *   const cuda = (await getDevice('cuda:0')) as CudaDevice;
 *   const start = cuda.stream.record(cuda.event());
 *   array([1, 2, 3], { device: cuda }).add(1);
 *   const end = cuda.stream.record(cuda.event());
 *   end.synchronize();
 *   end.since(start) >= 0; // true: milliseconds
 * }
 */
export class Event {
  private readonly gpu: Gpu;
  readonly handle: number;

  constructor(gpu: Gpu, timing = true) {
    this.gpu = gpu;
    gpu.use();
    const { native } = gpu.driver;
    gpu.driver.check('cuEventCreate', native.slot(), timing ? 0 : withoutTiming);
    this.handle = native.pointer();
  }

  /** Whether what was queued before it has run. */
  get done(): boolean {
    const { driver } = this.gpu;
    this.gpu.use();
    const code = driver.native.status(driver.fn('cuEventQuery'), this.handle);
    if (code !== 0 && code !== notReady) throw driver.error(code, 'cuEventQuery');
    return code === 0;
  }

  /** Waits for it on the host. */
  synchronize(): void {
    this.gpu.use();
    this.gpu.driver.check('cuEventSynchronize', this.handle);
  }

  /** Milliseconds from another mark to this one; both must have passed. */
  since(start: Event): number {
    const { driver } = this.gpu;
    this.gpu.use();
    const name = driver.library.has('cuEventElapsedTime_v2') ? 'cuEventElapsedTime_v2' : 'cuEventElapsedTime';
    driver.check(name, driver.native.slot(), start.handle, this.handle);
    return new Float32Array(Int32Array.of(driver.native.int()).buffer)[0] as number;
  }

  /** Gives it back to the driver. */
  release(): void {
    this.gpu.use();
    this.gpu.driver.check('cuEventDestroy_v2', this.handle);
  }
}

/** Whose streams they are: a device, which has a current one. */
export interface StreamOwner {
  readonly gpu: Gpu;
  stream: Stream;
  /** Waits for a stream, and throws what its kernels complained about. */
  settle(stream: Stream): void;
}

/**
 * A queue of a processor: what is in it runs in order, beside what is in others. Arrays that one stream writes and another reads need
 * a mark between them: `other.wait(stream.record(device.event()))`.
 *
 * @example
 * import { getDevice, ones } from '@chainer/xp';
 * import { isCudaAvailable, type CudaDevice } from '@chainer/device-cuda';
 * if (isCudaAvailable()) {
 *   const cuda = (await getDevice('cuda:0')) as CudaDevice;
 *   const side = cuda.newStream();
 *   const x = side.run(() => ones([1000], { device: cuda }).mul(2));
 *   cuda.stream.wait(side.record(cuda.event()));
 *   x.sum().itemSync(); // 2000
 * }
 */
export class Stream {
  private readonly owner: StreamOwner;
  readonly handle: number;

  constructor(owner: StreamOwner) {
    this.owner = owner;
    const { gpu } = owner;
    gpu.use();
    const { native } = gpu.driver;
    gpu.driver.check('cuStreamCreate', native.slot(), nonBlocking);
    this.handle = native.pointer();
  }

  /** Runs `body`, whose kernels and arrays go to this stream. */
  run<T>(body: () => T): T {
    const { owner } = this;
    const before = owner.stream;
    owner.stream = this;
    try {
      return body();
    } finally {
      owner.stream = before;
    }
  }

  /** Puts a mark behind what is queued; returns it. */
  record(event: Event): Event {
    const { gpu } = this.owner;
    gpu.use();
    gpu.driver.check('cuEventRecord', event.handle, this.handle);
    return event;
  }

  /** Lets what is queued from now on wait for a mark of another stream. */
  wait(event: Event): void {
    const { gpu } = this.owner;
    gpu.use();
    gpu.driver.check('cuStreamWaitEvent', this.handle, event.handle, 0);
  }

  /** Waits on the host for what is queued. @throws {Error} what kernels complained about, or why they failed. */
  synchronize(): void {
    this.owner.settle(this);
  }
}
