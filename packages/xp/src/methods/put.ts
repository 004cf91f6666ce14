import { NdArray } from '../core/ndarray.ts';

/** Puts methods and getters on the class of arrays, where loops over keys do not meet them. */
export function putMethods(methods: object): void {
  const descriptors = Object.getOwnPropertyDescriptors(methods);
  for (const key of Reflect.ownKeys(descriptors)) {
    const descriptor = descriptors[key as string] as PropertyDescriptor;
    Object.defineProperty(NdArray.prototype, key, { ...descriptor, enumerable: false });
  }
}
