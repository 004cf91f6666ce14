export { arrayRepr, arrayStr } from './array-repr.ts';
export { type Array2stringOptions, type ArrayTextOptions, array2string } from './array2string.ts';
export {
  type FormatFloatOptions,
  type FormatPositionalOptions,
  type FormatScientificOptions,
  formatFloatPositional,
  formatFloatScientific,
  type Trim,
} from './format-float.ts';
export { arrayToString, inspectArray } from './inspect.ts';
export {
  type FloatMode,
  type Formatter,
  getPrintoptions,
  type PrintOptions,
  printoptions,
  setPrintoptions,
} from './print-options.ts';
