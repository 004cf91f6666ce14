/** Parts of an example that may have to be waited for: files, images. */

/** Hands values on, at once where all are there, otherwise when the last has come. */
export function together<T, R>(
  values: readonly (T | Promise<T>)[],
  then: (values: T[]) => R,
): R | Promise<R> {
  if (values.some((value) => value instanceof Promise)) return Promise.all(values).then(then);
  return then(values as T[]);
}

/** Hands one value on. */
export function whenThere<T, R>(value: T | Promise<T>, then: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(then) : then(value);
}
