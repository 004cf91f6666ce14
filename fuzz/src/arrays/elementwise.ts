import type { ArrayProgram, Statement, Value } from './program.ts';
import { isFloating, isInteger, isNumber, isReal, kindOf } from './program.ts';

/** Functions that IEEE 754 rounds correctly, and those of integers. */
const exactUnary = ['negative', 'square', 'absolute', 'positive', 'conj'];
const smoothUnary = ['exp', 'sin', 'cos', 'tanh', 'arctan', 'sinh', 'arcsinh', 'expm1', 'exp2'];
const rounding = ['floor', 'ceil', 'trunc', 'rint', 'sign'];
const predicates = ['isnan', 'isinf', 'isfinite', 'signbit'];

const isNotComplexExact = (v: Value): boolean => isReal(v) && v.exact;
const isBool = (v: Value): boolean => kindOf(v) === 'b';

const unary: Statement = (p) => {
  const x = p.value(isNumber, 'float32');
  if (p.choices.chance(50)) {
    const name = p.choices.pick(exactUnary);
    p.define(`xp.${name}(${x.name})`, x.exact && (isReal(x) || name !== 'absolute'));
  } else if (isFloating(x)) p.define(`xp.${p.choices.pick(smoothUnary)}(${x.name})`, false);
  else p.define(`xp.tanh(${x.name})`, false);
};

const stepwise: Statement = (p) => {
  const x = p.value((v) => isFloating(v) && v.exact, 'float32');
  if (!isFloating(x) || !x.exact) return;
  p.define(`xp.${p.choices.pick([...rounding, ...predicates])}(${x.name})`, true);
};

/** With a number in the place of the second operand now and then. */
function operands(
  p: ArrayProgram,
  fits: (v: Value) => boolean,
  wanted: string,
): readonly [Value, Value | number] | null {
  const x = p.value(fits, wanted);
  if (!fits(x)) return null;
  if (isNumber(x) && p.choices.chance(20)) return [x, p.choices.pick([2, 1, 3])];
  const y = p.beside(x, fits, wanted);
  return fits(y) ? [x, y] : null;
}

const text = (y: Value | number): string => (typeof y === 'number' ? String(y) : y.name);
const isExact = (...values: readonly (Value | number)[]): boolean =>
  values.every((v) => typeof v === 'number' || v.exact);

const arithmetic: Statement = (p) => {
  const pair = operands(p, isNumber, 'float32');
  if (pair === null) return;
  const [x, y] = pair;
  const name = p.choices.pick(['add', 'subtract', 'multiply', 'divide']);
  // Products and quotients of complex numbers are sums: their rounding is open.
  const simple = name === 'add' || name === 'subtract' || (isReal(x) && (typeof y === 'number' || isReal(y)));
  p.define(`xp.${name}(${x.name}, ${text(y)})`, isExact(x, y) && simple);
};

const comparison: Statement = (p) => {
  const pair = operands(p, isNotComplexExact, 'int32');
  if (pair === null) return;
  const [x, y] = pair;
  const functions = [
    'less',
    'equal',
    'greaterEqual',
    'notEqual',
    'maximum',
    'minimum',
    'fmax',
    'fmin',
    'logicalAnd',
    'logicalXor',
  ];
  p.define(`xp.${p.choices.pick(functions)}(${x.name}, ${text(y)})`, true);
};

const division: Statement = (p) => {
  const pair = operands(p, (v) => isNotComplexExact(v) && isNumber(v), 'int32');
  if (pair === null) return;
  const [x, y] = pair;
  p.define(`xp.${p.choices.pick(['floorDivide', 'remainder', 'fmod'])}(${x.name}, ${text(y)})`, true);
};

const bitwise: Statement = (p) => {
  const pair = operands(p, (v) => isInteger(v) || isBool(v), 'int32');
  if (pair === null) return;
  const [x, y] = pair;
  if (typeof y !== 'number' && kindOf(x) !== kindOf(y)) return;
  p.define(`xp.${p.choices.pick(['bitwiseAnd', 'bitwiseOr', 'bitwiseXor'])}(${x.name}, ${text(y)})`, true);
};

const choice: Statement = (p) => {
  const x = p.value();
  const y = p.beside(x);
  const condition = p.beside(x, isBool, 'bool');
  if (isBool(condition)) p.define(`xp.where(${condition.name}, ${x.name}, ${y.name})`, x.exact && y.exact);
};

/** A chain that becomes one kernel. */
const fused: Statement = (p) => {
  const x = p.value(isFloating, 'float32');
  const y = p.beside(x, isFloating, 'float32');
  if (!isFloating(x) || !isFloating(y)) return;
  let code = 'x';
  for (let k = p.choices.int(1, 6); k > 0; k--) {
    code = p.choices.pick([
      `${code}.mul(y)`,
      `${code}.add(y)`,
      `${code}.tanh()`,
      `y.sub(${code})`,
      `${code}.square().add(1).sqrt()`,
      `${code}.abs().neg().exp()`,
      `${code}.mul(0.5)`,
      `${code}.arctan().mul(x)`,
    ]);
  }
  p.define(`xp.fuse((x, y) => ${code})(${x.name}, ${y.name})`, false, 20);
};

/** Whether all elements survive a cast to integers. */
const isSmall = ({ array }: Value): boolean =>
  Array.from(array.astype('float64').dataSync() as Float64Array).every((v) => v >= 0 && v <= 100);

const cast: Statement = (p) => {
  const x = p.value(isNotComplexExact, 'int32');
  if (!isNotComplexExact(x)) return;
  const floating = ['float32', 'float64', 'float16', 'bfloat16', 'bool'];
  const dtype = p.choices.pick(
    isSmall(x) || !isFloating(x) ? [...floating, 'int32', 'int64', 'uint8', 'int16', 'uint32'] : floating,
  );
  p.define(`${x.name}.astype('${dtype}')`, true);
};

export const elementwise: readonly Statement[] = [
  unary,
  arithmetic,
  arithmetic,
  stepwise,
  comparison,
  division,
  bitwise,
  choice,
  fused,
  cast,
];
