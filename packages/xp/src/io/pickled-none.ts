/**
 * NumPy stores Python's None as a pickled 0-d object array; Chainer's files have one for each parameter without a value. This
 * knows just enough of pickle (protocols 2 to 5) to recognise it: nothing is imported or run.
 */

/** The pickle of `numpy.asarray(None)` that NumPy 1 and 2 load. */
export function pickledNone(): Uint8Array {
  const text = [
    '\x80\x03cnumpy.core.multiarray\n_reconstruct\nq\x00cnumpy\nndarray\nq\x01K\x00\x85q\x02C\x01bq\x03\x87q\x04Rq\x05',
    '(K\x01)cnumpy\ndtype\nq\x06X\x02\x00\x00\x00O8q\x07\x89\x88\x87q\x08Rq\t',
    '(K\x03X\x01\x00\x00\x00|q\nNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tq\x0bb\x89]q\x0cNatq\rb.',
  ].join('');
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** Values on the machine's stack: data, names of what would be imported, and calls of them. */
type Value =
  | null
  | boolean
  | number
  | string
  | Value[]
  | { readonly name: string }
  | { readonly call: Value; readonly args: Value; state: Value };

const mark: Value = { name: 'mark' };

/** Whether the pickle is an object array whose only element is None. False for any other, and for what cannot be read. */
export function isPickledNone(bytes: Uint8Array): boolean {
  const value = unpickle(bytes);
  if (
    value === undefined ||
    value === null ||
    typeof value !== 'object' ||
    Array.isArray(value) ||
    !('call' in value)
  ) {
    return false;
  }
  const { call, state } = value;
  const isArray =
    call !== null &&
    typeof call === 'object' &&
    'name' in call &&
    /^numpy\._?core\.multiarray _reconstruct$/.test(call.name);
  if (!isArray || !Array.isArray(state)) return false;
  // (version, shape, dtype, is Fortran, elements)
  const [, shape, , , elements] = state;
  return (
    Array.isArray(shape) &&
    shape.length === 0 &&
    Array.isArray(elements) &&
    elements.length === 1 &&
    elements[0] === null
  );
}

/** Runs the pickle on data alone; undefined for an opcode that such arrays do not need. */
function unpickle(bytes: Uint8Array): Value | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: Value[] = [];
  const memo = new Map<number, Value>();
  let at = 0;
  const text = (length: number) => {
    at += length;
    return new TextDecoder('latin1').decode(bytes.subarray(at - length, at));
  };
  const line = () => {
    const end = bytes.indexOf(0x0a, at);
    const s = text((end < 0 ? bytes.length : end) - at);
    at++;
    return s;
  };
  const byte = () => view.getUint8(at++);
  const word = () => {
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const pop = (): Value => stack.pop() ?? null;
  const tuple = (n: number) => stack.push(n === 0 ? [] : stack.splice(-n));
  const remember = (key: number) => memo.set(key, stack.at(-1) ?? null);
  const top = () => stack.at(-1) ?? null;
  try {
    while (at < bytes.length) {
      switch (String.fromCharCode(byte())) {
        case '\x80': // PROTO
          at++;
          break;
        case '\x95': // FRAME
          at += 8;
          break;
        case 'c': // GLOBAL
          stack.push({ name: `${line()} ${line()}` });
          break;
        case '\x93': {
          const name = pop();
          stack.push({ name: `${String(pop())} ${String(name)}` });
          break;
        }
        case 'K':
          stack.push(byte());
          break;
        case 'M':
          stack.push(byte() | (byte() << 8));
          break;
        case 'J':
          stack.push(word());
          break;
        case 'N':
          stack.push(null);
          break;
        case '\x88':
        case '\x89':
          stack.push(bytes[at - 1] === 0x88);
          break;
        case 'X':
        case 'B':
          stack.push(text(word()));
          break;
        case 'C':
        case 'U':
        case '\x8c':
          stack.push(text(byte()));
          break;
        case ')':
        case ']':
          stack.push([]);
          break;
        case '(':
          stack.push(mark);
          break;
        case 't': {
          const items = stack.splice(stack.lastIndexOf(mark));
          stack.push(items.slice(1));
          break;
        }
        case '\x85':
          tuple(1);
          break;
        case '\x86':
          tuple(2);
          break;
        case '\x87':
          tuple(3);
          break;
        case 'a': {
          const item = pop();
          const list = top();
          if (!Array.isArray(list)) return undefined;
          list.push(item);
          break;
        }
        case 'R': {
          const args = pop();
          stack.push({ call: pop(), args, state: null });
          break;
        }
        case 'b': {
          const state = pop();
          const made = top();
          if (made === null || typeof made !== 'object' || !('call' in made)) return undefined;
          made.state = state;
          break;
        }
        case 'q':
          remember(byte());
          break;
        case 'r':
          remember(word());
          break;
        case '\x94':
          remember(memo.size);
          break;
        case 'h':
          stack.push(memo.get(byte()) ?? null);
          break;
        case 'j':
          stack.push(memo.get(word()) ?? null);
          break;
        case '.':
          return pop();
        default:
          return undefined;
      }
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined; // the bytes end too early
    throw error;
  }
  return undefined;
}
