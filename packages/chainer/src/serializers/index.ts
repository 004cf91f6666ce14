export type { FileSource } from '../files.ts';
export { DictionarySerializer } from './dictionary-serializer.ts';
export type { DeserializerOptions, IgnoreNames, StoredValue } from './entries-deserializer.ts';
export {
  HDF5Deserializer,
  HDF5Serializer,
  type Hdf5Options,
  loadHdf5,
  saveHdf5,
  toHdf5,
} from './hdf5.ts';
export type { Hdf5Group } from './hdf5-format.ts';
export { loadNpz, saveNpz, toNpz } from './npz.ts';
export { NpzDeserializer } from './npz-deserializer.ts';
export {
  loadSafetensors,
  readSafetensors,
  type SafetensorsOptions,
  saveSafetensors,
  toSafetensors,
} from './safetensors.ts';
export type { SaveableObject } from './saveable.ts';
