import { MR, NR, type Tiles, tilesIn } from './tiles.ts';
import { tilesCode } from './tiles-code.ts';

export { MR, NR };

/** Extents of the blocks of A (MC × KC), B (KC × NC) and C (MC × NC). */
export const MC = 64;
export const KC = 2048;
export const NC = 512;

/** Where the blocks of B and of C stand; that of A stands at 0. */
export const placeB = MC * KC;
export const placeC = placeB + KC * NC;

const doubles = placeC + MC * NC;

/** Memory that blocks are packed into, and what multiplies them there. */
export interface TileUnit {
  readonly memory: Float64Array;
  readonly tiles: Tiles;
  /** Whether WebAssembly does it. */
  readonly native: boolean;
}

/** The part of WebAssembly's interface that is used here; browsers and Node have it, the language's own types do not. */
interface WasmApi {
  validate(bytes: Uint8Array): boolean;
  readonly Memory: new (options: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly run: Tiles } };
}

let unit: TileUnit | null = null;

/** The unit of this thread, made when it is first asked for. */
export function tileUnit(): TileUnit {
  unit ??= wasmUnit() ?? plainUnit();
  return unit;
}

/** In WebAssembly; null where there is none, it lacks SIMD, or a page's policy forbids it. */
export function wasmUnit(): TileUnit | null {
  const { WebAssembly: wasm } = globalThis as { readonly WebAssembly?: WasmApi };
  const bytes = Uint8Array.from(atob(tilesCode), (letter) => letter.charCodeAt(0));
  if (!wasm?.validate(bytes)) return null;
  const memory = new wasm.Memory({ initial: Math.ceil((8 * doubles) / 65536) });
  let module: object;
  try {
    module = new wasm.Module(bytes);
  } catch {
    // The bytes are valid: a content security policy without 'wasm-unsafe-eval'.
    return null;
  }
  const { run } = new wasm.Instance(module, { env: { memory } }).exports;
  return { memory: new Float64Array(memory.buffer), tiles: run, native: true };
}

/** In JavaScript. */
export function plainUnit(): TileUnit {
  const memory = new Float64Array(doubles);
  return { memory, tiles: tilesIn(memory), native: false };
}

/** For tests: computes with that unit; null goes back to the best there is. */
export function setTileUnit(value: TileUnit | null): void {
  unit = value;
}
