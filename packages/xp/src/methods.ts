import { type ArithmeticMethods, arithmeticMethods } from './methods/arithmetic.ts';
import { type IndexingMethods, indexingMethods } from './methods/indexing.ts';
import { type ReductionMethods, reductionMethods } from './methods/reduction.ts';
import { type ShapingMethods, shapingMethods } from './methods/shaping.ts';
import { type SortingMethods, sortingMethods } from './methods/sorting.ts';
import { type StoringMethods, storingMethods } from './methods/storing.ts';

/** The methods of arrays that calculate: a thin skin over the functions of the same names. */
export interface ArrayMethods
  extends ArithmeticMethods,
    IndexingMethods,
    ReductionMethods,
    ShapingMethods,
    SortingMethods,
    StoringMethods {}

/** Their implementations, group by group; `install.ts` puts them on the prototype of NdArray. */
export const arrayMethods: readonly object[] = [
  arithmeticMethods,
  indexingMethods,
  reductionMethods,
  shapingMethods,
  sortingMethods,
  storingMethods,
];
