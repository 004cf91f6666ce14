import { DeviceError } from '@chainer/xp/internal';
import type { CudaDevice } from './device.ts';
import type { Stream } from './streams.ts';

/** `CU_STREAM_CAPTURE_MODE_RELAXED`: memory may be taken from the driver meanwhile. */
const relaxed = 2;

/**
 * What a function has made a device do, to be done again in one call. It works on the memory of its capture: inputs are changed by
 * `copyto(x, …)`, results are found in the arrays that the function returned.
 */
export class CudaGraph<T> {
  /** What the captured function returned. */
  readonly result: T;
  private readonly device: CudaDevice;
  private readonly stream: Stream;
  private executable: number;

  constructor(device: CudaDevice, stream: Stream, executable: number, result: T) {
    this.device = device;
    this.stream = stream;
    this.executable = executable;
    this.result = result;
  }

  /** Queues everything again, in the device's current stream. @throws {DeviceError} after `release()`, or while a graph is captured. */
  launch(): void {
    if (this.executable === 0) throw new DeviceError('[CudaGraph] launch after release()');
    if (this.device.capturing !== null)
      throw new DeviceError('[CudaGraph] a graph cannot be launched while another one is captured');
    const { gpu, stream } = this.device;
    gpu.use();
    gpu.driver.check('cuGraphLaunch', this.executable, stream.handle);
  }

  /** Gives the graph and the memory that it works on back. */
  release(): void {
    if (this.executable === 0) return;
    this.device.settle();
    this.device.gpu.driver.check('cuGraphExecDestroy', this.executable);
    this.executable = 0;
    this.device.memory.unkeep(this.stream);
  }
}

/**
 * Captures what `body` makes a device do (a whole training step, say) as a graph, whose launch takes one call and no JavaScript.
 *
 * `body` runs twice: for real, so that everything is compiled and chosen, then to be captured, which computes nothing. Whatever it decides on the
 * host is decided by then: shapes, numbers that it read, and the offsets of random numbers, so a launch draws the same ones again. It must
 * not read arrays.
 *
 * @throws {DeviceError} if something cannot be captured.
 * @example
 * import { copyto, getDevice, zeros, array } from '@chainer/xp';
 * import { captureGraph, isCudaAvailable, type CudaDevice } from '@chainer/device-cuda';
 * if (isCudaAvailable()) {
 *   const cuda = (await getDevice('cuda:0')) as CudaDevice;
 *   const x = zeros([3], { device: cuda });
 *   const graph = captureGraph(cuda, () => x.mul(2).add(1));
 *   copyto(x, array([1, 2, 3], { device: cuda }));
 *   graph.launch();
 *   graph.result.toArraySync(); // [3, 5, 7]
 *   graph.release();
 * }
 */
export function captureGraph<T>(device: CudaDevice, body: () => T): CudaGraph<T> {
  return capturing(device, (stream) => {
    stream.run(body);
    stream.synchronize();
    return body;
  });
}

/** Captures what `body` queues, whose kernels have run before. @throws {DeviceError} as `captureGraph`. */
export function captured(device: CudaDevice, body: () => void): CudaGraph<void> {
  return capturing(device, () => body);
}

/** A graph of the body that `prepare` returns, in a stream of its own. */
function capturing<T>(device: CudaDevice, prepare: (stream: Stream) => () => T): CudaGraph<T> {
  if (device.capturing !== null)
    throw new DeviceError('[captureGraph] a graph cannot be captured while another one is');
  const { gpu, memory } = device;
  const { driver } = gpu;
  const { native } = driver;
  const outside = device.stream;
  // Memory of a stream of its own is reused by nobody else, and what is written stays where it is.
  const stream = device.newStream();
  memory.keep(stream);
  try {
    const mark = outside.record(device.event());
    stream.wait(mark);
    mark.release();
    const body = prepare(stream);
    driver.check('cuStreamBeginCapture_v2', stream.handle, relaxed);
    let result: T;
    let graph = 0;
    device.capturing = stream;
    try {
      result = stream.run(body);
    } finally {
      device.capturing = null;
      native.set(0, 0);
      driver.check('cuStreamEndCapture', stream.handle, native.slot());
      graph = native.pointer();
    }
    driver.check('cuGraphInstantiateWithFlags', native.slot(), graph, 0);
    const executable = native.pointer();
    driver.check('cuGraphDestroy', graph);
    return new CudaGraph(device, stream, executable, result);
  } catch (error) {
    memory.unkeep(stream);
    throw error;
  }
}
