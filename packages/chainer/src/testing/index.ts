/** What tests of functions and links are written with. */
export * from '../gradient-check/index.ts';
export { assertAllclose, type Comparable } from './assert-allclose.ts';
export {
  describeFunction,
  type FunctionDeclaration,
  type InputDeclaration,
  type TestRunner,
  type Tolerance,
} from './describe-function.ts';
