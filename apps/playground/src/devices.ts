import type { DeviceName } from './worker/protocol.ts';

/** The part of WebGPU's interface that is asked here. */
interface Adapter {
  readonly info?: { readonly architecture?: string; readonly isFallbackAdapter?: boolean };
}

/**
 * Devices that this browser has, the one to begin with first: WebGPU where a graphics processor stands behind it, not where the main
 * processor plays one.
 */
export async function availableDevices(): Promise<readonly DeviceName[]> {
  const { gpu } = navigator as { readonly gpu?: { requestAdapter(): Promise<Adapter | null> } };
  const adapter = await gpu?.requestAdapter();
  if (!adapter) return ['js'];
  const played = adapter.info?.isFallbackAdapter === true || adapter.info?.architecture === 'swiftshader';
  return played ? ['js', 'webgpu'] : ['webgpu', 'js'];
}
