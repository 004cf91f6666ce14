import { checkOptions } from '../core/check-options.ts';
import { defaultDtype } from '../core/config.ts';
import type { Device } from '../core/device.ts';
import { resolveDevice } from '../core/devices.ts';
import { type DTypeLike, dtype, type TypedArray } from '../core/dtype.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { itemSync } from '../core/read.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launchFresh } from '../kernel/launch.ts';
import { fortran } from '../manipulation/order.ts';
import { all } from '../reduction/all.ts';
import { apply, input } from '../scalar/expr.ts';
import { type ArrayLike, type ArrayOptions, array, arrayKeys, asarray } from './array.ts';
import { copy } from './copy.ts';

/** `asarray`: there are no subclasses of NdArray to let through. */
export function asanyarray(data: ArrayLike, options: ArrayOptions = {}): NdArray {
  checkOptions('asanyarray', options, arrayKeys);
  return asarray(data, options);
}

const finite = /*#__PURE__*/ new Kernel('asarrayChkfinite', [apply('isfinite', input(0))]);

/** `asarray`, refusing infinities and NaN. @throws {ValueError} if there are any. */
export function asarrayChkfinite(data: ArrayLike, options: ArrayOptions = {}): NdArray {
  checkOptions('asarrayChkfinite', options, arrayKeys);
  const x = asarray(data, options);
  if (
    (x.dtype.kind === 'f' || x.dtype.kind === 'c') &&
    x.size > 0 &&
    !itemSync(all(launchFresh(finite.program([x]), [x], 'asarrayChkfinite')))
  ) {
    throw new ValueError('[asarrayChkfinite] the array holds infinities or NaN');
  }
  return x;
}

/**
 * An array from anything that can be iterated over.
 *
 * @param options `count`: how many elements to take; all (-1) unless given.
 * @throws {ValueError} if there are fewer.
 * @example
 * import { fromiter } from '@chainer/xp';
 * fromiter(new Set([3, 1]), 'int32').toArraySync(); // [3, 1]
 */
export function fromiter(
  iterable: Iterable<Scalar>,
  type: DTypeLike,
  options: { readonly count?: number; readonly device?: Device | string | null } = {},
): NdArray {
  checkOptions('fromiter', options, ['count', 'device']);
  const count = options.count ?? -1;
  const values: Scalar[] = [];
  if (count !== 0) {
    for (const v of iterable) {
      values.push(v);
      if (values.length === count) break;
    }
  }
  if (values.length < count)
    throw new ValueError(`[fromiter] ${count} elements were asked for, ${values.length} came`);
  return array(values, { dtype: type, device: options.device ?? null });
}

/**
 * An array from numbers in a text.
 *
 * @param options `sep` stands between numbers (white space matches any white space); `count` is how many to take.
 * @throws {ValueError} for something that is no number, or too few.
 * @example
 * import { fromstring } from '@chainer/xp';
 * fromstring('1, 2, 3', { sep: ',', dtype: 'int32' }).toArraySync(); // [1, 2, 3]
 */
export function fromstring(
  text: string,
  options: {
    readonly dtype?: DTypeLike;
    readonly sep: string;
    readonly count?: number;
    readonly device?: Device | string | null;
  },
): NdArray {
  const { sep, count = -1 } = options;
  if (!sep) throw new ValueError('[fromstring] sep is needed; for binary data use frombuffer');
  const d = dtype(options.dtype ?? defaultDtype());
  const parts = text.split(sep.trim() === '' ? /\s+/ : sep.trim()).map((part) => part.trim());
  if (parts[0] === '') parts.shift();
  if (parts[parts.length - 1] === '') parts.pop();
  const taken = count < 0 ? parts : parts.slice(0, count);
  if (taken.length < count)
    throw new ValueError(`[fromstring] ${count} numbers were asked for, ${taken.length} came`);
  return array(
    taken.map((part) => numberFrom(part, d.kind === 'i' || d.kind === 'u')),
    { dtype: d, device: options.device ?? null },
  );
}

function numberFrom(part: string, integer: boolean): Scalar {
  if (integer && /^[+-]?\d+$/.test(part)) return BigInt(part);
  const word = part.toLowerCase().replace(/^\+/, '');
  const special: Record<string, number> = {
    nan: Number.NaN,
    inf: Infinity,
    '-inf': -Infinity,
    infinity: Infinity,
    '-infinity': -Infinity,
  };
  const value = special[word] ?? Number(part);
  if (part === '' || (Number.isNaN(value) && word !== 'nan'))
    throw new ValueError(`[fromstring] ${JSON.stringify(part)} is no number`);
  return value;
}

/**
 * An array from the bytes of a buffer, little-endian, copied to the device.
 *
 * @param options `offset` in bytes; `count` in elements, all that fit (-1) unless given.
 * @throws {ValueError} if the bytes do not make whole elements, or too few.
 * @example
 * import { frombuffer } from '@chainer/xp';
 * frombuffer(new Uint8Array([1, 0, 2, 0]), { dtype: 'int16' }).toArraySync(); // [1, 2]
 */
export function frombuffer(
  buffer: ArrayBufferLike | ArrayBufferView,
  options: {
    readonly dtype?: DTypeLike;
    readonly count?: number;
    readonly offset?: number;
    readonly device?: Device | string | null;
  } = {},
): NdArray {
  checkOptions('frombuffer', options, ['dtype', 'count', 'offset', 'device']);
  const d = dtype(options.dtype ?? defaultDtype());
  const { offset = 0, count = -1 } = options;
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  if (offset < 0 || offset > bytes.length)
    throw new ValueError(`[frombuffer] offset ${offset} lies outside ${bytes.length} bytes`);
  const available = bytes.length - offset;
  if (count < 0 && available % d.itemsize !== 0) {
    throw new ValueError(
      `[frombuffer] ${available} bytes do not make whole elements of ${d.itemsize} bytes (${d.name})`,
    );
  }
  const n = count < 0 ? available / d.itemsize : count;
  if (n * d.itemsize > available)
    throw new ValueError(
      `[frombuffer] ${n} elements of ${d.name} need ${n * d.itemsize} bytes, there are ${available}`,
    );
  const y = emptyOn(resolveDevice(options.device), [n], d);
  if (n > 0) {
    const own = bytes.slice(offset, offset + n * d.itemsize);
    y.device.write(y, new d.TypedArray(own.buffer, 0, n * d.lanes) as TypedArray);
  }
  return y;
}

const requirementNames: Record<string, 'C' | 'F' | 'O' | 'W' | 'A' | 'E'> = {
  C: 'C',
  C_CONTIGUOUS: 'C',
  CONTIGUOUS: 'C',
  F: 'F',
  F_CONTIGUOUS: 'F',
  FORTRAN: 'F',
  O: 'O',
  OWNDATA: 'O',
  W: 'W',
  WRITEABLE: 'W',
  A: 'A',
  ALIGNED: 'A',
  E: 'E',
  ENSUREARRAY: 'E',
};

/**
 * An array that meets requirements: `C` or `F` order, `O` its own memory (every array is aligned and writeable).
 *
 * @throws {ValueError} for both orders at once, or an unknown requirement.
 */
export function require(
  data: ArrayLike,
  options: {
    readonly dtype?: DTypeLike | null;
    readonly requirements?: string | readonly string[] | null;
  } = {},
): NdArray {
  checkOptions('require', options, ['dtype', 'requirements']);
  const given =
    typeof options.requirements === 'string' ? [options.requirements] : (options.requirements ?? []);
  const wanted = given.map((name) => {
    const found = requirementNames[name.toUpperCase()];
    if (!found)
      throw new DTypeError(
        `[require] unknown requirement '${name}'; expected one of ${Object.keys(requirementNames).join(', ')}`,
      );
    return found;
  });
  if (wanted.includes('C') && wanted.includes('F'))
    throw new ValueError("[require] an array has one order, 'C' or 'F', not both");
  const x = asarray(data, { dtype: options.dtype ?? null });
  if (wanted.includes('C') && !x.contiguous) return copy(x);
  if (wanted.includes('F') && !fortran(x, 'K') && x.ndim > 1) return copy(x, { order: 'F' });
  if (wanted.includes('O') && x.storage.nbytes !== x.size * x.dtype.itemsize) return copy(x, { order: 'K' });
  return x;
}
