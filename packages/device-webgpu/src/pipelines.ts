/// <reference types="@webgpu/types" />
import type { Block } from './gpu.ts';

/** Sets of buffers that are remembered for each layout. */
const mostGroups = 1024;

/** How a kernel's buffers are bound, and what was bound so: steps of a training use the same buffers again and again. */
interface Layout {
  readonly bindings: GPUBindGroupLayout;
  readonly pipeline: GPUPipelineLayout;
  readonly groups: Map<string, GPUBindGroup>;
}

/** A kernel that is compiled, or will be. */
export interface Pipeline {
  /** Null until it is compiled. */
  compiled: GPUComputePipeline | null;
  /** Resolves when it is; rejects with what is wrong with the text. */
  readonly ready: Promise<void>;
  readonly layout: Layout;
}

/** The kernels of a device by their text, each compiled once and beside the program, and sets of buffers as they are bound. */
export class Pipelines {
  private readonly device: GPUDevice;
  private readonly parameters: GPUBindGroupLayout;
  private readonly known = new Map<string, Pipeline>();
  private readonly layouts = new Map<string, Layout>();
  private readonly numbers = new WeakMap<GPUBuffer, number>();
  private buffers = 0;

  /** @param parameters how the parameters are bound, in group 0. */
  constructor(device: GPUDevice, parameters: GPUBindGroupLayout) {
    this.device = device;
    this.parameters = parameters;
  }

  /**
   * The kernel of that text.
   *
   * @param access one letter for each buffer: `r` for read, `w` for read and write.
   */
  get(text: string, access: string): Pipeline {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const layout = this.layout(access);
    const module = this.device.createShaderModule({ code: text });
    const made: Pipeline = {
      compiled: null,
      layout,
      ready: this.device
        .createComputePipelineAsync({ layout: layout.pipeline, compute: { module, entryPoint: 'main' } })
        .then((pipeline) => {
          made.compiled = pipeline;
        }),
    };
    // Who runs the kernel hears of it.
    made.ready.catch(() => {});
    this.known.set(text, made);
    return made;
  }

  private layout(access: string): Layout {
    const known = this.layouts.get(access);
    if (known !== undefined) return known;
    const bindings = this.device.createBindGroupLayout({
      entries: Array.from(access, (a, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: a === 'r' ? 'read-only-storage' : 'storage' } as const,
      })),
    });
    const pipeline = this.device.createPipelineLayout({ bindGroupLayouts: [this.parameters, bindings] });
    const layout = { bindings, pipeline, groups: new Map<string, GPUBindGroup>() };
    this.layouts.set(access, layout);
    return layout;
  }

  /** The blocks as they are bound; made once for the same buffers. */
  bound({ bindings, groups }: Layout, blocks: readonly Block[]): GPUBindGroup {
    let key = '';
    for (const { buffer, start } of blocks) {
      let number = this.numbers.get(buffer);
      if (number === undefined) {
        number = this.buffers++;
        this.numbers.set(buffer, number);
      }
      key += start === undefined ? `${number},` : `${number}+${start},`;
    }
    let group = groups.get(key);
    if (group === undefined) {
      group = this.device.createBindGroup({
        layout: bindings,
        entries: blocks.map(({ buffer, start, size }, binding) => ({
          binding,
          resource: start === undefined ? { buffer } : { buffer, offset: start, size },
        })),
      });
      // Buffers come and go where arrays of ever new sizes do.
      if (groups.size >= mostGroups) groups.clear();
      groups.set(key, group);
    }
    return group;
  }
}
