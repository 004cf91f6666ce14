import { describe, expect, test } from 'vitest';
import { dtype } from '../core/dtype.ts';
import { array, complex } from '../index.ts';
import { Kernel } from '../kernel/kernel.ts';
import { coord, type Expr, fold, input } from '../scalar/expr.ts';
import { rowText } from './elementwise.ts';
import { scalarAs } from './render.ts';

const text = (exprs: readonly Expr[], operands: Parameters<Kernel['program']>[0], raw: boolean[] = []) =>
  rowText(new Kernel('test', exprs, raw).program(operands)).body;

describe('JavaScript text of kernels', () => {
  const x = array([1]);

  test('a chain of operations reads each operand once', () => {
    expect(text([input(0).mul(input(1)).add(input(0))], [x, x])).toMatchInlineSnapshot(
      `"const last=c.length-1;const a0=A[0];let p0=P[0];const s0=S[0];const a1=A[1];let p1=P[1];const s1=S[1];const a2=A[2];let p2=P[2];const s2=S[2];for(let i=0;i<n;i++){const v0=a0[p0];const v1=a1[p1];const v2=f_mul_f(v0,v1);const v3=f_add_f(v2,v0);a2[p2]=v3;p0+=s0;p1+=s1;p2+=s2;}"`,
    );
  });

  test('shared subexpressions are computed once, constants typed', () => {
    const e = input(0).exp();
    expect(text([e.div(e.add(1)), e.mul(0.1)], [x])).toMatchInlineSnapshot(
      `"const last=c.length-1;const a0=A[0];let p0=P[0];const s0=S[0];const a1=A[1];let p1=P[1];const s1=S[1];const a2=A[2];let p2=P[2];const s2=S[2];for(let i=0;i<n;i++){const v0=a0[p0];const v1=f_exp_f(v0);const v2=1;const v3=f_add_f(v1,v2);const v4=f_div_f(v1,v3);const v5=0.10000000149011612;const v6=f_mul_f(v1,v5);a1[p1]=v4;a2[p2]=v6;p0+=s0;p1+=s1;p2+=s2;}"`,
    );
  });

  test('half types are widened on reading and rounded on writing', () => {
    expect(text([input(0).sqrt()], [array([1], { dtype: 'float16' })])).toMatchInlineSnapshot(
      `"const last=c.length-1;const a0=A[0];let p0=P[0];const s0=S[0];const a1=A[1];let p1=P[1];const s1=S[1];for(let i=0;i<n;i++){const v0=h.fromFloat16(a0[p0]);const v1=f_sqrt_f(v0);a1[p1]=h.toFloat16(v1);p0+=s0;p1+=s1;}"`,
    );
  });

  test('integers wrap to their type', () => {
    expect(text([input(0).add(1)], [array([1], { dtype: 'int8' })])).toMatchInlineSnapshot(
      `"const last=c.length-1;const a0=A[0];let p0=P[0];const s0=S[0];const a1=A[1];let p1=P[1];const s1=S[1];for(let i=0;i<n;i++){const v0=a0[p0];const v1=1;const v2=(f_add_i(v0,v1))<<24>>24;a1[p1]=v2;p0+=s0;p1+=s1;}"`,
    );
  });

  test('complex numbers are two values', () => {
    expect(text([input(0).mul(input(0))], [array([complex(1, 2)])])).toMatchInlineSnapshot(
      `"const last=c.length-1;const a0=A[0];let p0=P[0];const s0=S[0];const a1=A[1];let p1=P[1];const s1=S[1];for(let i=0;i<n;i++){const v0r=a0[2*(p0)],v0i=a0[2*(p0)+1];f_mul_c(v0r,v0i,v0r,v0i);const v1r=h.z.re,v1i=h.z.im;a1[2*(p1)]=v1r;a1[2*(p1)+1]=v1i;p0+=s0;p1+=s1;}"`,
    );
  });

  test('folds become loops, and what does not depend on the step stands before them', () => {
    const total = fold(3, [0], ([sum], i) => [sum!.add(input(0).at(coord(0), i).mul(input(1).exp()))])[0]!;
    expect(text([total], [array([[1, 2, 3]]), x], [true, false])).toMatchInlineSnapshot(
      `"const last=c.length-1;const a0=A[0];let p0=P[0];const r0=R[0];const a1=A[1];let p1=P[1];const s1=S[1];const a2=A[2];let p2=P[2];const s2=S[2];for(let i=0;i<n;i++){const v0=3;const v1=0;const v4=(c[0]+(0===last?i:0));const v6=a1[p1];const v7=f_exp_f(v6);let v2=v1;for(let v3=0;v3<v0;v3++){const v5=a0[p0+v4*r0[0]+v3*r0[1]];const v8=f_mul_f(v5,v7);const v9=f_add_f(v2,v8);v2=v9;}const v10=v2;a2[p2]=v10;p1+=s1;p2+=s2;}"`,
    );
  });
});

describe('scalarAs', () => {
  test.each([
    [300, 'uint8', 44],
    [-1, 'uint16', 65535],
    [200, 'int8', -56],
    [2 ** 40 + 5, 'int32', 5],
    [-1n, 'uint64', 2n ** 64n - 1n],
    [1.5, 'int64', 1n],
    [0.1, 'float32', Math.fround(0.1)],
    [0.1, 'float16', 0.0999755859375],
    [0.1, 'bfloat16', 0.10009765625],
    [Number.NaN, 'int32', 0],
    [-0.5, 'bool', 1],
  ] as const)('%s as %s is %s', (value, name, expected) => {
    expect(scalarAs(value, dtype(name))).toBe(expected);
  });

  test('complex to real takes the real part', () => {
    expect(scalarAs(complex(2, 3), dtype('float64'))).toBe(2);
  });
});
