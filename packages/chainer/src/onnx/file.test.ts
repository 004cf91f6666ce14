import { apply, array, type NdArray } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { elementwise } from '../core/elementwise.ts';
import { FunctionNode } from '../core/function-node.ts';
import { Variable, type VariableLike } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import * as L from '../links/index.ts';
import * as onnx from './index.ts';
import { runInOnnxRuntime } from './testing.testing.ts';

describe('the file', () => {
  test('parameters have the names of .npz files, inputs and outputs those that are given', async () => {
    const model = new L.Classifier(new L.Linear(3, 2));
    const bytes = await onnx.export(
      (x: VariableLike) => model.predictor.forward(x as never),
      array([[1, 2, 3]]),
      {
        inputNames: ['image'],
        outputNames: ['score'],
      },
    );
    const x = array([[1, 0, -1]]).astype('float32');
    const { score } = await runInOnnxRuntime(bytes, { image: x });
    expect(score?.shape).toEqual([1, 2]);
    const own = await onnx.export(model.predictor, array([[1, 2, 3]]));
    const text = Buffer.from(own).toString('latin1');
    expect([text.includes('\x01W'), text.includes('\x01b')]).toEqual([true, true]);
  });

  test('a record of outputs gives their names; an argument that is passed through', async () => {
    const bytes = await onnx.export((x: Variable) => ({ same: x, twice: F.add(x, x) }), array([1, 2]));
    const out = await runInOnnxRuntime(bytes, { Input_0: array([3, 4]) });
    expect([out.same?.toArraySync(), out.twice?.toArraySync()]).toEqual([
      [3, 4],
      [6, 8],
    ]);
  });

  test('a function without an equivalent is named, and can be given one', async () => {
    class Odd extends FunctionNode {
      readonly label = 'OddFunction';
      forward([x]: readonly [NdArray]): readonly NdArray[] {
        return [x.mul(3)];
      }
    }
    const odd = (x: Variable) => new Odd().apply1([x]);
    await expect(onnx.export(odd, array([1]))).rejects.toThrow(
      "[onnx.export] the function 'OddFunction' has no equivalent in ONNX here; give one by {externalConverters:",
    );
    const bytes = await onnx.export(odd, array([1]), {
      externalConverters: { OddFunction: (g, [x]) => g.op('Mul', [x as string, g.scalar(3, 'float32')]) },
    });
    const { Output_0 } = await runInOnnxRuntime(bytes, { Input_0: array([5]) });
    expect(Output_0?.toArraySync()).toEqual([15]);
    const gamma = elementwise('twist', (x) => apply('copysign', x, x.neg()));
    await expect(onnx.export(gamma as never, array([1]))).rejects.toThrow("'twist' computes 'copysign'");
  });

  test('wrong arguments are named', async () => {
    const x = array([1]);
    await expect(onnx.export(F.relu as never, 3 as never)).rejects.toThrow(
      '[onnx.export] argument 0 must be',
    );
    await expect(onnx.export((() => 3) as never, x)).rejects.toThrow('must return variables, output 0 is 3');
    await expect(onnx.export(F.relu as never, x, { opsetVersion: 9 })).rejects.toThrow(
      'from 13 to 17, got 9',
    );
    await expect(onnx.export(F.relu as never, x, { inputNames: ['a', 'b'] })).rejects.toThrow(
      '2 names for 1',
    );
    await expect(onnx.export(F.relu as never, x, { file: 'a' } as never)).rejects.toThrow(
      "unknown option 'file'",
    );
    await expect(onnx.export((() => new Variable(array([1]))) as never, x)).rejects.toThrow(
      "output 'Output_0' does not come from functions of the inputs",
    );
  });
});
