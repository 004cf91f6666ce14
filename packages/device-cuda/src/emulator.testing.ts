import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Tests run on a GPU where there is one and CHAINER_TEST_GPU=1 asks for it, else on the emulator: a driver and an NVRTC whose processor is
 * the host's. What it cannot prove is in the package's README.
 */
const key = createRequire(import.meta.url)('../scripts/key.cjs') as {
  emulatorFolder(): string;
  emulatedEnvironment(): Record<string, string>;
};

export const onGpu = process.env.CHAINER_TEST_GPU === '1';

/** Whether the emulator was built. */
export const emulated = !onGpu && existsSync(join(key.emulatorFolder(), 'libnvrtc.so'));

if (emulated) Object.assign(process.env, key.emulatedEnvironment());
