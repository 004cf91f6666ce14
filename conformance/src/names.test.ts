import { describe, expect, it } from 'vitest';
import { camelCase, xpPath } from './names.ts';

describe('camelCase', () => {
  it.each([
    ['softmax_cross_entropy', 'softmaxCrossEntropy'],
    ['convolution_2d', 'convolution2d'],
    ['max_pooling_2d', 'maxPooling2d'],
    ['n_step_lstm', 'nStepLstm'],
    ['spatial_pyramid_pooling_2d', 'spatialPyramidPooling2d'],
    ['set_state', 'setState'],
    ['alpha_t', 'alphaT'],
  ])('%s → %s', (python, here) => {
    expect(camelCase(python)).toBe(here);
  });

  it.each([
    'ix_',
    'relu',
    'crf1d',
    'initialW',
    'Convolution2D',
    'StatefulGRU',
    'array2string',
    'keepdims',
    'T',
  ])('keeps %s', (name) => {
    expect(camelCase(name)).toBe(name);
  });

  it('keeps underscores at the ends', () => {
    expect(camelCase('_log')).toBe('_log');
    expect(camelCase('__array_namespace__')).toBe('__arrayNamespace__');
  });
});

describe('xpPath', () => {
  it('names each part', () => {
    expect(xpPath('lib.stride_tricks.as_strided')).toEqual(['lib', 'strideTricks', 'asStrided']);
    expect(xpPath('add.outer')).toEqual(['add', 'outer']);
  });

  it("puts SciPy's below cupyx", () => {
    expect(xpPath('scipy.special.log_ndtr')).toEqual(['cupyx', 'scipy', 'special', 'logNdtr']);
  });
});
