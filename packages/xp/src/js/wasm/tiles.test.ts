import { expect, it } from 'vitest';
import { tilesModule } from './tiles.testing.ts';
import { tilesCode } from './tiles-code.ts';

it('the WebAssembly module that is shipped is the one that is written down in instructions', () => {
  expect(tilesCode).toBe(Buffer.from(tilesModule()).toString('base64'));
});
