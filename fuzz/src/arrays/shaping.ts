import type { ArrayProgram, Statement, Value } from './program.ts';
import { isNumber, largest, list } from './program.ts';

const hasAxes = (v: Value): boolean => v.array.ndim > 0;
const isSmall = (v: Value): boolean => v.array.size <= largest / 3;
const axisOf = (p: ArrayProgram, v: Value): number => p.choices.int(0, v.array.ndim - 1);

/** Text of a slice of an axis. */
function slice(p: ArrayProgram, size: number): string {
  const start = p.choices.int(0, Math.min(2, size));
  return p.choices.pick([`':'`, `'${start}:'`, `'::2'`, `'::-1'`, `':${start}'`, `'::-3'`, `'-2:'`]);
}

const transposed: Statement = (p) => {
  const x = p.value((v) => v.array.ndim >= 2);
  p.define(`xp.transpose(${x.name}, ${list(p.choices.permutation(x.array.ndim))})`, x.exact);
};

const reshaped: Statement = (p) => {
  const x = p.value((v) => v.array.ndim >= 2 && v.array.size > 0);
  const { shape } = x.array;
  if (shape.length < 2 || x.array.size === 0) return;
  const at = p.choices.int(0, shape.length - 2);
  const merged = [
    ...shape.slice(0, at),
    (shape[at] as number) * (shape[at + 1] as number),
    ...shape.slice(at + 2),
  ];
  const swapped = [
    ...shape.slice(0, at),
    shape[at + 1] as number,
    shape[at] as number,
    ...shape.slice(at + 2),
  ];
  p.define(`${x.name}.reshape(${list(p.choices.pick([merged, swapped, [-1]]))})`, x.exact);
};

const indexed: Statement = (p) => {
  const x = p.value(hasAxes);
  if (!hasAxes(x)) return;
  const parts = x.array.shape.map((d) => {
    if (d > 0 && p.choices.chance(15)) return String(p.choices.int(-d, d - 1));
    return slice(p, d);
  });
  if (p.choices.chance(15)) parts.splice(p.choices.int(0, parts.length), 0, 'null');
  p.define(`${x.name}.at(${parts.join(', ')})`, x.exact);
};

const gathered: Statement = (p) => {
  const x = p.value((v) => hasAxes(v) && v.array.size > 0 && isSmall(v));
  if (!hasAxes(x) || x.array.size === 0) return;
  const axis = axisOf(p, x);
  const size = x.array.shape[axis] as number;
  const indices = Array.from({ length: p.choices.int(0, 4) }, () => p.choices.int(-size, size - 1));
  const parts = [...Array<string>(axis).fill("':'"), list(indices)];
  const taken = `xp.take(${x.name}, integers([3], ${-size}, ${size}), { axis: ${axis} })`;
  p.define(indices.length > 0 && p.choices.chance(60) ? `${x.name}.at(${parts.join(', ')})` : taken, x.exact);
};

const masked: Statement = (p) => {
  const x = p.value((v) => hasAxes(v) && isSmall(v));
  if (hasAxes(x))
    p.define(`${x.name}.at(bits(${list(x.array.shape.slice(0, p.choices.int(1, x.array.ndim)))}))`, x.exact);
};

const moved: Statement = (p) => {
  const x = p.value((v) => hasAxes(v) && isSmall(v));
  if (!hasAxes(x)) return;
  const axis = axisOf(p, x);
  const code = p.choices.pick([
    `xp.flip(${x.name}, ${axis})`,
    `xp.roll(${x.name}, ${p.choices.int(-3, 3)}, { axis: ${axis} })`,
    `xp.repeat(${x.name}, 2, { axis: ${axis} })`,
    `xp.tile(${x.name}, 2)`,
    `xp.expandDims(${x.name}, ${axis})`,
    `xp.ravel(${x.name})`,
    `xp.swapaxes(${x.name}, ${axis}, 0)`,
    `xp.squeeze(xp.expandDims(${x.name}, 0), 0)`,
    `xp.pad(${x.name}, 1)`,
    ...(x.array.size > 0
      ? [`xp.pad(${x.name}, 1, { mode: 'edge' })`, `xp.diff(${x.name}, { axis: ${axis} })`]
      : []),
    ...(x.array.ndim >= 2 ? [`xp.tril(${x.name})`, `xp.diagonal(${x.name})`] : []),
  ]);
  if (code.startsWith('xp.diff') && !isNumber(x)) return;
  p.define(code, x.exact);
};

const joined: Statement = (p) => {
  const x = p.value((v) => hasAxes(v) && isSmall(v));
  if (!hasAxes(x)) return;
  const axis = axisOf(p, x);
  const fits = (v: Value) =>
    v.array.ndim === x.array.ndim && v.array.shape.every((d, i) => i === axis || d === x.array.shape[i]);
  const other = p.choices.pick(p.values.filter(fits));
  const stacks = other.array.shape.join() === x.array.shape.join() && p.choices.chance(40);
  p.define(
    `xp.${stacks ? 'stack' : 'concatenate'}([${x.name}, ${other.name}], { axis: ${axis} })`,
    x.exact && other.exact,
  );
};

const broadcast: Statement = (p) => {
  const x = p.value((v) => isSmall(v) && v.array.ndim < 4);
  const shape = [p.choices.int(0, 3), ...x.array.shape.map((d) => (d === 1 ? 2 : d))];
  if (x.array.size <= largest / 3) p.define(`xp.broadcastTo(${x.name}, ${list(shape)})`, x.exact);
};

/** Writes through a view, also of itself. */
const written: Statement = (p) => {
  const x = p.value((v) => hasAxes(v) && isNumber(v));
  if (!hasAxes(x) || !isNumber(x)) return;
  const parts = x.array.shape.map((d) => slice(p, d)).join(', ');
  const wide = (x.array.shape[0] as number) >= 2;
  const change = p.choices.pick([
    `t.setAt(3, ${parts})`,
    `t.at(${parts}).iadd(1)`,
    `t.at(${parts}).imul(t.at(${parts}))`,
    ...(wide
      ? ["t.at('1:').iadd(t.at(':-1'))", "t.setAt(t.at('::-1'), ':')", "t.at(':-1').imul(t.at('1:'))"]
      : []),
  ]);
  const simple = !change.includes('imul') || x.array.dtype.kind !== 'c';
  p.define(`(() => { const t = ${x.name}.copy(); ${change}; return t; })()`, x.exact && simple);
};

export const shapings: readonly Statement[] = [
  transposed,
  reshaped,
  indexed,
  indexed,
  gathered,
  masked,
  moved,
  moved,
  joined,
  broadcast,
  written,
];
