import { describe, expect, it } from 'vitest';
import { float32 } from '../../internal.ts';
import type { Sides } from './sides.testing.ts';

/** Writing and reading. */
export function memoryTests({ device, pair }: Sides): void {
  describe('memory', () => {
    it('is written and read as copies', async () => {
      const [, x] = pair(float32, [3], () => 0);
      device.write(x, new Float32Array([1, 2, 3]));
      const read = await device.read(x);
      device.write(x, new Float32Array([4, 5, 6]));
      expect(Array.from(read as Float32Array)).toEqual([1, 2, 3]);
      expect(Array.from((await device.read(x)) as Float32Array)).toEqual([4, 5, 6]);
      if (device.synchronous) expect(Array.from(device.readSync(x) as Float32Array)).toEqual([4, 5, 6]);
    });
  });
}
