/**
 * As much of WebAssembly's binary format as small numeric kernels need: one function over one imported memory, written by
 * hand as instructions and turned into the bytes of a module.
 *
 * Format: WebAssembly Core Specification, chapter 5.
 */

/** Code: opcodes and their operands, in order. */
export type Code = readonly number[];

/** Unsigned LEB128. */
export function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128, of 32-bit integers. */
export function signed(value: number): Code {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = rest === (low & 0x40 ? -1 : 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const i32 = 0x7f;
const v128 = 0x7b;
const empty = 0x40;

const simd = (op: number): Code => [0xfd, ...unsigned(op)];
const memory = (op: Code, align: number, offset: number): Code => [...op, align, ...unsigned(offset)];

/** Instructions, by their names in the specification. Offsets are in bytes. */
export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const constant = (value: number): Code => [0x41, ...signed(value)];
export const add: Code = [0x6a];
export const sub: Code = [0x6b];
export const mul: Code = [0x6c];
export const load2 = (offset: number): Code => memory(simd(0), 3, offset);
export const splat2 = (offset: number): Code => memory(simd(10), 3, offset);
export const store2 = (offset: number): Code => memory(simd(11), 3, offset);
export const zero2: Code = [...simd(12), ...new Array<number>(16).fill(0)];
export const add2: Code = simd(0xf0);
export const mul2: Code = simd(0xf2);

/** `local += by`. */
export const advance = (local: number, by: Code): Code => [...get(local), ...by, ...add, ...set(local)];

/** `do body while (--counter)`; the counter is not zero at the start. */
export function countdown(counter: number, body: Code): Code {
  const next = [...get(counter), ...constant(1), ...sub, 0x22, ...unsigned(counter)];
  return [0x03, empty, ...body, ...next, 0x0d, 0, 0x0b];
}

const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: Code): Code => [...unsigned(bytes.length), ...bytes];
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];
const text = (name: string): Code => list(Array.from(name, (letter) => [letter.charCodeAt(0)]));

/** A function of `parameters` 32-bit integers, which are its first locals, with more locals of both types behind. */
export interface WasmFunction {
  readonly parameters: number;
  readonly integers: number;
  readonly vectors: number;
  readonly code: Code;
}

/** The bytes of a module that imports `env.memory` and exports the function as `run`. */
export function assemble({ parameters, integers, vectors, code }: WasmFunction): Uint8Array<ArrayBuffer> {
  const locals = list([
    [...unsigned(integers), i32],
    [...unsigned(vectors), v128],
  ]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, ...list(new Array<Code>(parameters).fill([i32])), 0]]),
    ...section(2, [[...text('env'), ...text('memory'), 0x02, 0x00, 1]]),
    ...section(3, [[0]]),
    ...section(7, [[...text('run'), 0x00, 0]]),
    ...section(10, [sized([...locals, ...code, 0x0b])]),
  ]);
}
