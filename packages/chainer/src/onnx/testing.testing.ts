import { array, type NdArray } from '@chainer/xp';
import * as ort from 'onnxruntime-web';

// One thread is enough, and needs no worker.
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Runs an ONNX file in ONNX Runtime. @returns its outputs by name */
export async function runInOnnxRuntime(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, NdArray>>,
): Promise<Record<string, NdArray>> {
  const session = await ort.InferenceSession.create(bytes);
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, x]) => [
      name,
      new ort.Tensor(x.dtype.name as 'float32', x.copy().dataSync() as Float32Array, [...x.shape]),
    ]),
  );
  const outputs = await session.run(feeds);
  const arrays = Object.entries(outputs).map(([name, y]) => {
    const dtype = y.type as 'float32';
    return [name, array(y.data as Float32Array, { shape: [...y.dims], dtype })] as const;
  });
  await session.release();
  return Object.fromEntries(arrays);
}
