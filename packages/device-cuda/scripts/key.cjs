// For which Node and platform an addon is built: the build and the loader both ask here.

'use strict';

const { join } = require('node:path');

const target = `${process.platform}-${process.arch}-node${process.versions.modules}`;

/** The folder that holds the addon for this machine. */
const addonFolder = () => join(__dirname, '..', 'build', target);

/** The folder that holds the emulator's libraries. */
const emulatorFolder = () => join(__dirname, '..', 'build', `emulator-${process.platform}-${process.arch}`);

/** The environment in which the device finds the emulator instead of a GPU. */
const emulatedEnvironment = () => ({
  CHAINER_CUDA_DRIVER: join(emulatorFolder(), 'libcuda.so.1'),
  CHAINER_NVRTC: join(emulatorFolder(), 'libnvrtc.so'),
  CHAINER_CUBLASLT: 'none',
  CHAINER_CUDNN: 'none',
  CHAINER_CUSOLVER: 'none',
  CHAINER_CUFFT: 'none',
  CHAINER_NCCL: 'none',
  CHAINER_NVTX: 'none',
  CHAINER_CUDA_CACHE: join(__dirname, '..', 'build', 'emulated-kernels'),
});

module.exports = { addonFolder, emulatorFolder, emulatedEnvironment };
