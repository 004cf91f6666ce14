import { xp } from 'chainer';
import { print, summary } from '../measure.ts';
import { steadyTimes } from '../roofline/time.ts';

type Step = () => xp.NdArray;

/** Types that PyTorch has, too. */
const types = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'bool',
] as const;
type Name = (typeof types)[number];

/** Small whole numbers from `low`, so that every type holds them and no divisor is 0. */
function numbers(type: Name, low: number): xp.NdArray {
  const x = xp.random.randint(low, { high: low + 9, size: [1000, 1000] });
  return type === 'bool' ? xp.greater(x, low + 4) : x.astype(type);
}

/** The operations that a type has, by name. */
function operations(type: Name): Record<string, Step> {
  const [a, b] = [numbers(type, 0), numbers(type, 1)];
  const mask = numbers('bool', 0);
  const row = b.at(0);
  const image = a.reshape([10, 100, 20, 50]);
  const floating = type.includes('float');
  const steps: Record<string, Step> = {
    'a + b': () => a.add(b),
    'a * b': () => a.mul(b),
    'a + row': () => a.add(row),
    'a > b': () => xp.greater(a, b),
    'a == b': () => xp.equal(a, b),
    where: () => xp.where(mask, a, b),
    maximum: () => xp.maximum(a, b),
    'strided a + b': () => a.at(':', '::2').add(b.at(':', '::2')),
    'a + bᵀ': () => a.add(b.T),
    copy: () => a.copy(),
    transpose: () => a.T.copy(),
    'N,C,H,W to N,H,W,C': () => image.transpose([0, 2, 3, 1]).copy(),
    'N,H,W,C to N,C,H,W': () => image.transpose([0, 3, 1, 2]).copy(),
    'sum of all': () => a.sum(),
    'sum over axis 0': () => a.sum(0),
    'sum over axis 1': () => a.sum(1),
    'sum over axes 0, 2, 3': () => image.sum([0, 2, 3]),
    'sum over axis 1 of 4': () => image.sum(1),
    'max of all': () => a.max(),
    'max over axis 0': () => a.max(0),
    'max over axis 1': () => a.max(1),
    'product over axis 1': () => a.prod(1),
    'argmax over axis 0': () => a.argmax(0),
    'argmax over axis 1': () => a.argmax(1),
  };
  if (floating) {
    steps['a / b'] = () => a.div(b);
    steps.tanh = () => xp.tanh(a);
    steps.exp = () => xp.exp(a);
    steps['mean over axis 0'] = () => a.mean(0);
    steps['mean over axis 1'] = () => a.mean(1);
    steps['variance over axis 0'] = () => a.var(0);
    steps['variance over axis 1'] = () => a.var(1);
  } else if (type !== 'bool') {
    steps['a // b'] = () => xp.floorDivide(a, b);
    steps['a % b'] = () => xp.remainder(a, b);
  }
  for (const other of types) if (other !== type) steps[`to ${other}`] = () => a.astype(other);
  return steps;
}

/** A million elements of every type through one operation at a time; results are released at once, as reference counts would. */
export async function dtypes(): Promise<void> {
  for (const type of types) {
    for (const [name, step] of Object.entries(operations(type)))
      print(summary(`dtypes ${type} ${name}`, steadyTimes(step)));
    xp.memory.collect();
  }
}
