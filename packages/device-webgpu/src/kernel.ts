import { DeviceError, type NdArray } from '@chainer/xp/internal';
import type { Block, Gpu } from './gpu.ts';
import { GpuStorage } from './memory.ts';
import type { Pipeline } from './pipelines.ts';
import { accessors, partsOf, redirected, windowsOf } from './split.ts';
import { functionsFor } from './wgsl/library.ts';

/** A kernel's text, in parts. Its module has `p`, the parameters, and buffers `b0`, `b1`, …. */
export interface KernelText {
  /** One letter for each buffer: `r` read, `w` read and written. */
  readonly access: string;
  /** Element types of the buffers; `u32` for all unless given. */
  readonly types?: readonly string[];
  /** Parameters, as `name: type`, each a word. */
  readonly fields: readonly string[];
  /** Threads of a workgroup. */
  readonly size: number;
  /** What stands before everything else in the module. */
  readonly directives?: string;
  /** Functions and variables of the module. */
  readonly declarations?: string;
  /** What each thread does; it knows `group`, `lane` and `id`, its number over all groups. */
  readonly body: string;
}

const report = `
fn complain(a: i32, b: i32) {
  if (atomicCompareExchangeWeak(&report[0], 0u, p.site).exchanged) {
    atomicStore(&report[1], bitcast<u32>(a));
    atomicStore(&report[2], bitcast<u32>(b));
  }
}`;

/** Whether a text reports what it finds wrong: it takes the number of its complaint as its last parameter. */
function reports(text: KernelText): boolean {
  const whole = `${text.declarations ?? ''}${text.body}`;
  return /\bcomplain\(/.test(`${whole}${functionsFor(whole)}`);
}

/** How the buffers of a text are bound: each in so many parts of so many bytes. */
interface Binding {
  readonly parts: readonly number[];
  readonly bytes: number;
}

/** The whole module. */
export function moduleOf(text: KernelText, split: Binding | null = null): string {
  const { access, fields, size, directives = '', types = [] } = text;
  const complains = reports(text);
  const all = complains ? [...fields, 'site: u32'] : fields;
  const large = new Set(split === null ? [] : [...split.parts.keys()].filter((k) => split.parts[k]! > 1));
  const declarations = redirected(text.declarations ?? '', large);
  const body = redirected(text.body, large);
  const own = `${declarations}\n${body}`;
  const buffers: string[] = [];
  let binding = 0;
  const declare = (name: string, a: string, type: string) =>
    buffers.push(
      `@group(1) @binding(${binding++}) var<storage, ${a === 'r' ? 'read' : 'read_write'}> ${name}: array<${type}>;`,
    );
  for (const [k, a] of Array.from(access).entries()) {
    const type = types[k] ?? 'u32';
    const parts = split?.parts[k] ?? 1;
    if (parts === 1) {
      declare(`b${k}`, a, type);
      continue;
    }
    for (let part = 0; part < parts; part++) declare(`b${k}_${part}`, a, type);
    const wide = /^vec4</.test(type) ? 16 : /^vec2</.test(type) ? 8 : 4;
    buffers.push(accessors(k, type, parts, split!.bytes / wide, a === 'w'));
  }
  if (complains)
    buffers.push(
      `@group(1) @binding(${binding}) var<storage, read_write> report: array<atomic<u32>, 4>;${report}`,
    );
  return `${directives}
struct P { ${all.length > 0 ? all.join(', ') : 'unused: u32'} };
@group(0) @binding(0) var<uniform> p: P;
${buffers.join('\n')}
${functionsFor(own)}
${declarations}
@compute @workgroup_size(${size})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) nwg: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let group = i32(wid.y * nwg.x + wid.x);
  let lane = i32(local);
  let id = group * ${size}i + lane;
${body}
}
`;
}

/** A kernel that is compiled when it is first run. */
export class GpuKernel {
  readonly size: number;
  /** Whether it takes the number of a complaint as its last parameter. */
  readonly complains: boolean;
  private readonly gpu: Gpu;
  private readonly floats: readonly boolean[];
  private readonly compiled: Pipeline;
  private readonly text: KernelText;

  constructor(gpu: Gpu, text: KernelText) {
    this.gpu = gpu;
    this.size = text.size;
    this.complains = reports(text);
    this.floats = text.fields.map((f) => f.endsWith(': f32'));
    this.text = text;
    this.compiled = this.compile(null);
  }

  private compile(split: Binding | null): Pipeline {
    const module = moduleOf(this.text, split);
    const access = Array.from(this.text.access, (a, k) => a.repeat(split?.parts[k] ?? 1)).join('');
    return this.gpu.pipeline(module, this.complains ? `${access}w` : access);
  }

  /** The kernel for buffers of which some are bound in parts, and these. */
  private split(blocks: readonly Block[], parts: readonly number[]): [Pipeline, Block[]] {
    const { gpu } = this;
    const bound = windowsOf(blocks, gpu.mostBound);
    const most = gpu.device.limits.maxStorageBuffersPerShaderStage - Number(this.complains);
    if (bound.length > most) {
      throw new DeviceError(
        `[webgpu] the arrays of a kernel take ${bound.length} bindings of ${gpu.mostBound} bytes, and this device has ${most}; compute them in pieces`,
      );
    }
    for (const b of blocks) b.batch = gpu.batch;
    return [this.compile({ parts, bytes: gpu.mostBound }), bound];
  }

  /**
   * Where arrays share a buffer, some read and some written, which no kernel may bind: copies of those that are read. Null elsewhere.
   */
  private apart(blocks: readonly Block[]): { blocks: Block[]; copies: Block[] } | null {
    const { gpu, text } = this;
    const written = new Set(blocks.filter((_, k) => text.access[k] === 'w').map((b) => b.buffer));
    const copies: Block[] = [];
    const bound = blocks.map((block, k) => {
      if (text.access[k] === 'w' || !written.has(block.buffer)) return block;
      const copy = gpu.memory!.scratch(block.size);
      gpu.copy(block, 0, copy, 0, block.size);
      copies.push(copy);
      return copy;
    });
    return copies.length === 0 ? null : { blocks: bound, copies };
  }

  /**
   * Records one run.
   *
   * @param params in the order of the fields, then the complaint's number where there is one.
   * @param groups number of workgroups; kernels must expect some more.
   */
  run(blocks: readonly Block[], params: readonly number[], groups: number): void {
    if (groups === 0) return;
    const { gpu, floats } = this;
    const apart = blocks.some((b) => b.whole !== undefined) ? this.apart(blocks) : null;
    if (apart !== null) {
      this.run(apart.blocks, params, groups);
      for (const block of apart.copies) gpu.memory!.giveScratchBack(block);
      return;
    }
    const parts = partsOf(blocks, gpu.mostBound);
    let at = gpu.begin();
    for (let k = 0; k < params.length; k++) {
      if (floats[k]) gpu.floats[at++] = params[k]!;
      else gpu.words[at++] = params[k]!;
    }
    const [pipeline, bound] = parts === null ? [this.compiled, blocks] : this.split(blocks, parts);
    gpu.dispatch(pipeline, this.complains ? [...bound, gpu.report] : bound, at, groups);
  }

  /** One thread for each of `n` elements. */
  runOver(n: number, blocks: readonly Block[], params: readonly number[]): void {
    this.run(blocks, params, Math.ceil(n / this.size));
  }
}

/** Kernels by key, each written once. */
export class Kernels {
  readonly gpu: Gpu;
  private readonly known = new Map<string, GpuKernel>();

  constructor(gpu: Gpu) {
    this.gpu = gpu;
  }

  get(key: string, text: () => KernelText): GpuKernel {
    let kernel = this.known.get(key);
    if (kernel === undefined) {
      kernel = new GpuKernel(this.gpu, text());
      this.known.set(key, kernel);
    }
    return kernel;
  }
}

/** The block of an array. @throws {DeviceError} if it lives elsewhere, {ReleasedError} if its memory was released. */
export function blockOf(x: NdArray): Block {
  if (!(x.storage instanceof GpuStorage)) {
    throw new DeviceError(
      `[webgpu] an array on ${x.device.name} was given to a kernel of the webgpu device; move it with x.to("webgpu")`,
    );
  }
  return x.storage.block;
}
