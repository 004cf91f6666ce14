import { type DType, float64 } from '@chainer/xp/internal';

/** The dtype in which a numeric kernel reads an array: its own where that is floating. */
export function floating(d: DType): DType {
  return d.kind === 'f' ? d : float64;
}

/** The type that a kernel over arrays of these dtypes computes in: double where one of them is. */
export function computing(...dtypes: readonly DType[]): 'float' | 'double' {
  return dtypes.some((d) => d.name === 'float64') ? 'double' : 'float';
}
