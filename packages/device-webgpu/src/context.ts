import type { Gpu } from './gpu.ts';
import { Kernels } from './kernel.ts';
import type { GpuMemory } from './memory.ts';

/** What all kernel families work with. */
export class Context {
  readonly gpu: Gpu;
  readonly memory: GpuMemory;
  readonly kernels: Kernels;
  /** The device's number in the caches of programs. */
  readonly slot: number;

  constructor(gpu: Gpu, memory: GpuMemory, slot: number) {
    this.gpu = gpu;
    this.memory = memory;
    this.kernels = new Kernels(gpu);
    this.slot = slot;
  }
}
