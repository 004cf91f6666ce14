import { NdArray } from './core/ndarray.ts';
import { arrayMethods } from './methods.ts';

// The one place where methods meet the class. Classes below know nothing of the functions above them.
for (const group of arrayMethods) {
  const descriptors = Object.getOwnPropertyDescriptors(group);
  for (const key of Reflect.ownKeys(descriptors)) {
    const descriptor = descriptors[key as string] as PropertyDescriptor;
    Object.defineProperty(NdArray.prototype, key, { ...descriptor, enumerable: false });
  }
}
