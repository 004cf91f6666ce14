/** What the libraries run side by side. */
export type Work = 'mlp' | 'mlp_small' | 'gemm256' | 'gemm1024' | 'conv' | 'conv_grads' | 'cnn';

/** Does one step and waits until its result is there. */
export type Step = () => Promise<unknown>;

/** A library that was started on the page's adapter. */
export interface Library {
  /** Makes ready for a piece of work: arrays, weights, kernels as far as they are known. */
  readonly steps: Readonly<Record<Work, () => Step>>;
}

/** Layers of both fully connected networks, and examples in a batch. */
export const networks = {
  mlp: { units: [784, 1000, 1000, 10], batch: 100 },
  mlp_small: { units: [4, 50, 50, 2], batch: 32 },
} as const;

export const convolution = { batch: 4, channels: 64, size: 56, ksize: 3 } as const;

/** Two blocks of convolution (3×3, same size), ReLU and 2×2 pooling, then a linear layer. */
export const cnn = { batch: 32, size: 28, channels: [16, 32], classes: 10 } as const;

export const adam = { alpha: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8 } as const;

/** Numbers from -scale to scale, the same for every library. */
export function uniform(n: number, scale = 1): Float32Array<ArrayBuffer> {
  let state = 12345;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * scale;
  });
}

/** Labels of a batch. */
export function labels(n: number, classes: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: n }, (_, i) => (i * 7) % classes);
}
