import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Dice } from '../dice.ts';
import { frames } from './clips.ts';
import { writeWav } from './wav.ts';

/** Writes sounds of one tone each with two overtones: `FOLDER/0.wav …`. */
export async function writeTones(folder: string, n: number, seconds: number): Promise<string[]> {
  const dice = new Dice(1);
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (let i = 0; i < n; i++) {
    const hertz = 200 * 2 ** (2 * dice.next());
    const samples = Float32Array.from({ length: Math.round(seconds * frames.rate) }, (_, k) => {
      const phase = (2 * Math.PI * hertz * k) / frames.rate;
      return 0.5 * Math.sin(phase) + 0.2 * Math.sin(2 * phase) + 0.1 * Math.sin(3 * phase);
    });
    const file = join(folder, `${i}.wav`);
    await writeFile(file, writeWav({ samples, rate: frames.rate }));
    files.push(file);
  }
  return files;
}
