import type { ArrayProgram, Statement, Value } from './program.ts';
import { hasElements, isFloating, isNumber, isReal, list } from './program.ts';

/** Text of an `axis` option, and how many elements meet in one. */
function axes(p: ArrayProgram, { array }: Value): { readonly text: string; readonly terms: number } {
  if (array.ndim === 0 || p.choices.chance(20)) return { text: 'null', terms: array.size };
  const first = p.choices.int(0, array.ndim - 1);
  const chosen = array.shape.map((_, i) => i).filter((i) => i === first || p.choices.chance(25));
  const terms = chosen.reduce((n, i) => n * (array.shape[i] as number), 1);
  return { text: chosen.length === 1 ? String(first) : list(chosen), terms };
}

const keepdims = (p: ArrayProgram): string => (p.choices.chance(40) ? ', keepdims: true' : '');

const sums: Statement = (p) => {
  const x = p.value();
  const { text, terms } = axes(p, x);
  const name = p.choices.pick(['sum', ...(terms > 0 ? ['mean'] : []), ...(terms < 10 ? ['prod'] : [])]);
  p.define(`xp.${name}(${x.name}, { axis: ${text}${keepdims(p)} })`, false, 4 * terms);
};

const spreads: Statement = (p) => {
  const x = p.value((v) => isFloating(v) && hasElements(v), 'float32');
  if (!isFloating(x) || !hasElements(x)) return;
  const { text, terms } = axes(p, x);
  p.define(
    `xp.${p.choices.pick(['var', 'std'])}(${x.name}, { axis: ${text}${keepdims(p)} })`,
    false,
    16 * terms,
  );
};

const extremes: Statement = (p) => {
  const x = p.value((v) => isReal(v) && hasElements(v), 'int32');
  if (!isReal(x) || !hasElements(x)) return;
  const { text } = axes(p, x);
  p.define(`xp.${p.choices.pick(['max', 'min'])}(${x.name}, { axis: ${text}${keepdims(p)} })`, x.exact);
};

const truths: Statement = (p) => {
  const x = p.value((v) => v.exact);
  if (!x.exact) return;
  const { text } = axes(p, x);
  p.define(`xp.${p.choices.pick(['any', 'all', 'countNonzero'])}(${x.name}, { axis: ${text} })`, true);
};

const positions: Statement = (p) => {
  const fits = (v: Value) => isReal(v) && v.exact && hasElements(v) && v.array.ndim > 0;
  const x = p.value(fits, 'int32');
  if (!fits(x)) return;
  const axis = p.choices.int(0, x.array.ndim - 1);
  p.define(`xp.${p.choices.pick(['argmax', 'argmin', 'argsort'])}(${x.name}, { axis: ${axis} })`, true);
};

const sorted: Statement = (p) => {
  const fits = (v: Value) => isReal(v) && v.array.ndim > 0;
  const x = p.value(fits, 'int32');
  if (fits(x)) p.define(`xp.sort(${x.name}, { axis: ${p.choices.int(0, x.array.ndim - 1)} })`, x.exact);
};

const scans: Statement = (p) => {
  const x = p.value((v) => v.array.ndim > 0);
  if (x.array.ndim === 0) return;
  const axis = p.choices.int(0, x.array.ndim - 1);
  const size = x.array.shape[axis] as number;
  const name = p.choices.pick(['cumsum', ...(size < 9 ? ['cumprod'] : [])]);
  p.define(`xp.${name}(${x.name}, { axis: ${axis} })`, false, 4 * size);
};

const products: Statement = (p) => {
  const fits = (v: Value) => v.array.ndim >= 2 && isNumber(v);
  const x = p.value(fits, 'float32');
  if (!fits(x)) return;
  const k = x.array.shape.at(-1) as number;
  const dtype = p.choices.pick([x.array.dtype.name, x.array.dtype.name, 'float32', 'int32']);
  const lead = p.choices.chance(40) ? x.array.shape.slice(0, -2) : [];
  const y = p.source([...lead, k, p.choices.pick([1, 2, 3, 5, 16, 17])], dtype);
  p.define(`xp.matmul(${x.name}, ${y.name})`, false, 4 * k);
};

export const reductions: readonly Statement[] = [
  sums,
  sums,
  spreads,
  extremes,
  truths,
  positions,
  sorted,
  scans,
  products,
];
