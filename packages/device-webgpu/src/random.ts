import type { DType, Kernels, RandomKind } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { blockOf, type KernelText } from './kernel.ts';
import { classOf, stored, toWord } from './wgsl/types.ts';

const philox = `
fn mulhi(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu; let ah = a >> 16u;
  let bl = b & 0xffffu; let bh = b >> 16u;
  let mid = ah * bl + ((al * bl) >> 16u);
  let mid2 = al * bh + (mid & 0xffffu);
  return ah * bh + (mid >> 16u) + (mid2 >> 16u);
}
fn philox(key0: u32, key1: u32, c0: u32, c1: u32) -> vec4<u32> {
  var k = vec2<u32>(key0, key1);
  var x = vec4<u32>(c0, c1, 0u, 0u);
  for (var round = 0; round < 10; round++) {
    x = vec4<u32>(
      mulhi(0xcd9e8d57u, x.z) ^ x.y ^ k.x, 0xcd9e8d57u * x.z,
      mulhi(0xd2511f53u, x.x) ^ x.w ^ k.y, 0xd2511f53u * x.x);
    k += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return x;
}
fn unit(w: u32) -> f32 { return f32(w >> 8u) * 5.9604644775390625e-8f; }
fn normals(u: f32, v: f32) -> vec2<f32> {
  let radius = sqrt(-2f * x_log(1f - u));
  return vec2<f32>(radius * x_cos(6.28318530718f * v), radius * x_sin(6.28318530718f * v));
}`;

/** The largest value below 1: a half type would round some uniforms up to 1. */
const belowOne: Partial<Record<string, string>> = { float16: '0.99951171875f', bfloat16: '0.99609375f' };

function randomText(kind: RandomKind, d: DType): KernelText {
  const parts = ['x', 'y', 'z', 'w'];
  const values = {
    bits: parts.map((c) => (classOf(d) === 'f32' ? `f32(words.${c})` : `words.${c}`)),
    uniform: parts.map((c) => `min(unit(words.${c}), ${belowOne[d.name] ?? '1f'})`),
    normal: ['first.x', 'first.y', 'second.x', 'second.y'],
  }[kind];
  const word = (v: string) => (kind === 'bits' && classOf(d) !== 'f32' ? v : toWord('f32', stored(d, v)));
  return {
    access: 'w',
    fields: ['n: i32', 'o: i32', 'key0: u32', 'key1: u32', 'low: u32', 'high: u32'],
    size: 64,
    declarations: philox,
    body: `let i = id * 4i;
if (i >= p.n) { return; }
let low = p.low + u32(id);
let words = philox(p.key0, p.key1, low, p.high + select(0u, 1u, low < p.low));
${kind === 'normal' ? 'let first = normals(unit(words.x), unit(words.y)); let second = normals(unit(words.z), unit(words.w));' : ''}
${values.map((v, j) => `if (i + ${j}i < p.n) { b0[p.o + i + ${j}i] = ${word(v)}; }`).join('\n')}`,
  };
}

/** The Philox stream: the same bits and uniforms as on every device, normals to the last digits. */
export function randomKernels(ctx: Context): Pick<Kernels, 'random'> {
  return {
    random(kind, output, state) {
      if (output.size === 0) return;
      const { dtype, size, offset } = output;
      const kernel = ctx.kernels.get(`random;${kind};${dtype.name}`, () => randomText(kind, dtype));
      const low = state.offset % 2 ** 32;
      const high = Math.floor(state.offset / 2 ** 32);
      kernel.runOver(
        Math.ceil(size / 4),
        [blockOf(output)],
        [size, offset, state.key0, state.key1, low, high],
      );
    },
  };
}
