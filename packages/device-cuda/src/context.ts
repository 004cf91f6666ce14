import type { CudaDevice } from './device.ts';
import { Kernels } from './kernel.ts';
import type { Launcher } from './launch.ts';
import type { Scratch } from './memory.ts';
import type { CudaStorageView } from './storage.ts';

/** Makes the error of a complaint, from the two numbers that the kernel left. */
export type Complaint = (a: number, b: number) => Error;

/** What all kernel families work with. */
export class Context {
  readonly device: CudaDevice;
  readonly kernels: Kernels;
  readonly launcher: Launcher;
  readonly memory: {
    /** Memory for one run of a kernel; give it back as soon as that is queued. */
    scratch(nbytes: number): Scratch;
    giveScratchBack(scratch: Scratch): void;
  };
  /** The device's number in the caches of programs. */
  readonly slot: number;
  /** Where kernels complain about data: number of the complaint (0: none), and two numbers. */
  readonly report: CudaStorageView;
  private readonly complaints: Complaint[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(device: CudaDevice, launcher: Launcher, report: CudaStorageView) {
    this.device = device;
    this.launcher = launcher;
    this.kernels = new Kernels(launcher);
    const { memory } = device;
    this.memory = {
      scratch: (nbytes) => memory.scratchOn(device.stream, nbytes),
      giveScratchBack: (scratch) => memory.giveScratchBack(scratch),
    };
    this.slot = device.slot;
    this.report = report;
  }

  /** The number under which kernels complain; the error is made when the processor was waited for. */
  complaint(key: string, error: Complaint): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.complaints.push(error);
      this.numbers.set(key, number);
    }
    return number;
  }

  /** The error of a report. */
  errorOf(number: number, a: number, b: number): Error {
    return this.complaints[number - 1]!(a, b);
  }
}
