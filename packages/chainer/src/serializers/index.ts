export type { FileSource } from '../files.ts';
export { DictionarySerializer } from './dictionary-serializer.ts';
export { loadNpz, type SaveableObject, saveNpz, toNpz } from './npz.ts';
export {
  type IgnoreNames,
  NpzDeserializer,
  type NpzDeserializerOptions,
  type StoredValue,
} from './npz-deserializer.ts';
