/** What was asked of the processor: counted at the browser's own interfaces, so that it means the same for every library. */
export interface Counts {
  dispatches: number;
  submits: number;
  /** Bytes written to buffers by the program. */
  uploaded: number;
  /** Bytes of buffers that the program mapped to read them. */
  downloaded: number;
  /** Bytes of buffers that were copied on the processor, to and fro. */
  copied: number;
  /** Bytes of the storage buffers that dispatches had bound: what kernels move if they touch each element once. */
  bound: number;
}

const none = (): Counts => ({
  dispatches: 0,
  submits: 0,
  uploaded: 0,
  downloaded: 0,
  copied: 0,
  bound: 0,
});

/** Counts from here on, in every GPUDevice of the page. */
export function watch(): { take(): Counts } {
  let counts = none();
  const storageOf = new WeakMap<GPUBindGroup, number>();
  const boundBy = new WeakMap<GPUComputePassEncoder, number[]>();

  around(GPUDevice.prototype, 'createBindGroup', (make, [descriptor]) => {
    const group = make();
    let bytes = 0;
    for (const { resource } of descriptor.entries) {
      const part =
        resource instanceof GPUBuffer ? { buffer: resource } : 'buffer' in resource ? resource : null;
      if (part !== null && (part.buffer.usage & GPUBufferUsage.STORAGE) !== 0)
        bytes += part.size ?? part.buffer.size - (part.offset ?? 0);
    }
    storageOf.set(group, bytes);
    return group;
  });
  around(GPUComputePassEncoder.prototype, 'setBindGroup', (set, [index, group], pass) => {
    const groups = boundBy.get(pass) ?? [];
    groups[index] = group === null || group === undefined ? 0 : (storageOf.get(group) ?? 0);
    boundBy.set(pass, groups);
    return set();
  });
  const dispatched = (pass: GPUComputePassEncoder) => {
    counts.dispatches++;
    for (const bytes of boundBy.get(pass) ?? []) counts.bound += bytes ?? 0;
  };
  around(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', (run, _, pass) => {
    dispatched(pass);
    return run();
  });
  around(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', (run, _, pass) => {
    dispatched(pass);
    return run();
  });
  around(GPUQueue.prototype, 'submit', (run) => {
    counts.submits++;
    return run();
  });
  around(GPUQueue.prototype, 'writeBuffer', (run, [, , data, from = 0, size]) => {
    const unit = ArrayBuffer.isView(data) ? (data as Uint8Array).BYTES_PER_ELEMENT : 1;
    counts.uploaded += size === undefined ? data.byteLength - from * unit : size * unit;
    return run();
  });
  around(GPUDevice.prototype, 'createBuffer', (run, [{ mappedAtCreation, size }]) => {
    if (mappedAtCreation) counts.uploaded += size;
    return run();
  });
  around(GPUBuffer.prototype, 'mapAsync', (run, [mode, offset = 0, size], buffer) => {
    if (mode === GPUMapMode.READ) counts.downloaded += size ?? buffer.size - offset;
    return run();
  });
  around(GPUCommandEncoder.prototype, 'copyBufferToBuffer', (run, args) => {
    const size = (args as unknown[]).at(-1);
    if (typeof size === 'number') counts.copied += size;
    return run();
  });

  return {
    take() {
      const taken = counts;
      counts = none();
      return taken;
    },
  };
}

type Method = (...args: never[]) => unknown;

/** Puts something around a method of all objects of a kind. */
function around<T, K extends keyof T>(
  prototype: T,
  name: K,
  body: T[K] extends Method
    ? (run: () => ReturnType<T[K]>, args: Parameters<T[K]>, self: T) => ReturnType<T[K]>
    : never,
): void {
  const own = prototype[name] as Method;
  const outer = body as unknown as (run: () => unknown, args: unknown[], self: T) => unknown;
  Object.defineProperty(prototype, name, {
    configurable: true,
    writable: true,
    value(this: T, ...args: unknown[]) {
      return outer(() => own.apply(this, args as never[]), args, this);
    },
  });
}
