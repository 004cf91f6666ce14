import { xp } from 'chainer';

type Kernel = (...operands: unknown[]) => unknown;

let wanted = false;

/** Whether measurements are followed by a line that says what their kernels take. */
export function wantKernelTimes(on: boolean): void {
  wanted = on;
}

/** The times by kernel family, where they are wanted: milliseconds a step, the longest first, and what is left for everything else. */
export async function kernelTimes(
  step: () => unknown,
  n: number,
): Promise<Readonly<Record<string, number>> | null> {
  if (!wanted) return null;
  const kernels = xp.defaultDevice().kernels as unknown as Record<string, Kernel>;
  const own = { ...kernels };
  const spent = new Map<string, number>();
  // Kernels that a device composes of others call these inside itself, so that no time counts twice.
  for (const [name, kernel] of Object.entries(own)) {
    kernels[name] = (...operands) => {
      const start = performance.now();
      const result = kernel(...operands);
      spent.set(name, (spent.get(name) ?? 0) + performance.now() - start);
      return result;
    };
  }
  const start = performance.now();
  try {
    for (let i = 0; i < n; i++) await step();
  } finally {
    Object.assign(kernels, own);
  }
  const whole = performance.now() - start;
  const inside = [...spent.values()].reduce((a, b) => a + b, 0);
  const entries = [...spent].sort((a, b) => b[1] - a[1]).concat([['everything else', whole - inside]]);
  return Object.fromEntries(entries.map(([name, ms]) => [name, Math.round((ms / n) * 1e4) / 1e4]));
}
