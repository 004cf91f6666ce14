/** Errors thrown by the library. Each message starts with the function's name in brackets and gives both values. */

/** An axis lies outside the array's dimensions, or is given twice. */
export class AxisError extends RangeError {
  override readonly name = 'AxisError';
}

/** An index lies outside an axis, or an index list does not fit the array. */
export class IndexError extends RangeError {
  override readonly name = 'IndexError';
}

/** A value has the right type but cannot be used: shapes that do not fit, unknown options, empty input. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

/** The dtype is not available on a device, or an operation has no form for it. */
export class DTypeError extends TypeError {
  override readonly name = 'DTypeError';
}

/** A device is missing, or arrays of two devices meet. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

/** A 64-bit integer does not fit a JavaScript number exactly; read it with `{bigint: true}`. */
export class UnsafeIntegerError extends RangeError {
  override readonly name = 'UnsafeIntegerError';
}

/** An array is used after its memory was released by a scope, by `backward()` or by `release()`. */
export class ReleasedError extends Error {
  override readonly name = 'ReleasedError';
}

/** A matrix is singular, not positive definite, or an iteration did not converge. */
export class LinAlgError extends Error {
  override readonly name = 'LinAlgError';
}

/** A result whose size depends on the data was asked for synchronously on an asynchronous device. */
export class NeedsHostSyncError extends Error {
  override readonly name = 'NeedsHostSyncError';
}
