import { type Api, dtypeName, findFunction, makeComplex, makeRaw, member } from '../api.ts';
import { standIn } from '../case-run.ts';
import { dtypeAgrees } from '../compare.ts';
import { type Json, type JsonObject, listOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { camelCase } from '../names.ts';
import { FormatError, isLack, Mismatch, type Outcome, outcomeOf, Unsupported } from '../outcome.ts';
import { kindOf, kinds } from '../raw.ts';

const keys = `
  suite group reference dtypes binary promote_types unary reduction scalar can_cast
  variant generator _notes
`;

/** One row of a table, which counts as one case. */
export interface Row {
  readonly id: string;
  readonly run: (api: Api) => Promise<Outcome>;
}

/** What stands in one cell: a dtype's name, whether a cast is allowed, or null where there is no result. */
type Cell = (j: number) => unknown;

/**
 * The rows of the promotion tables, each one case: `binary[fn][i]`, `promote_types[i]` and `can_cast[casting][i]` over
 * all dtypes on the other side, `unary[fn]`, `reduction[fn]` and `scalar[fn][kind]` over all dtypes.
 */
export function promotionRows(file: JsonObject): Row[] {
  onlyKeys(file, keys, 'the file');
  const dtypes = listOf(file.dtypes, 'dtypes').map((name) => stringOf(name, 'dtypes'));
  const rows: Row[] = [];
  const add = (id: string, expected: Json | undefined, path: string, make: (api: Api) => RowMaker) =>
    rows.push({ id, run: (api) => runRow(api, dtypes, listOf(expected, id), path, make(api)) });

  const tables = (name: string): [string, Json][] => Object.entries(objectOf(file[name] ?? {}, name));
  for (const [fn, table] of tables('binary'))
    for (const [i, row] of listOf(table, fn).entries())
      add(`binary/${fn}/${dtypes[i]}`, row, fn, (api) => ({
        own: dtypes[i] as string,
        cell: (callee) => (j) => resultOf(() => callee(ones(api, dtypes[i]), ones(api, dtypes[j]))),
      }));
  for (const [i, row] of listOf(file.promote_types ?? [], 'promote_types').entries())
    add(`promote_types/${dtypes[i]}`, row, 'promote_types', () => ({
      own: dtypes[i] as string,
      cell: (callee) => (j) => resultOf(() => callee(dtypes[i], dtypes[j])),
    }));
  for (const [fn, row] of tables('unary'))
    add(`unary/${fn}`, row, fn, (api) => ({
      cell: (callee) => (i) => resultOf(() => callee(ones(api, dtypes[i]))),
    }));
  for (const [fn, row] of tables('reduction'))
    add(`reduction/${fn}`, row, fn, (api) => ({
      counts: true,
      cell: (callee) => (i) => resultOf(() => callee(ones(api, dtypes[i]))),
    }));
  for (const [fn, byKind] of tables('scalar'))
    for (const [kind, row] of Object.entries(objectOf(byKind, fn)))
      add(`scalar/${fn}/${kind}`, row, fn, (api) => ({
        cell: (callee) => (i) => resultOf(() => callee(ones(api, dtypes[i]), scalarOf(api, kind))),
      }));
  for (const [casting, table] of tables('can_cast'))
    for (const [i, row] of listOf(table, casting).entries())
      add(`can_cast/${casting}/${dtypes[i]}`, row, 'can_cast', () => ({
        own: dtypes[i] as string,
        cell: (callee) => (j) => callee(dtypes[i], dtypes[j], { casting }),
      }));
  return rows;
}

interface RowMaker {
  /** The dtype of the row itself. */
  readonly own?: string;
  /** Results may be indices or counts, for which int32 is as good as int64. */
  readonly counts?: boolean;
  readonly cell: (callee: (...args: readonly unknown[]) => unknown) => Cell;
}

const runRow = (
  api: Api,
  dtypes: readonly string[],
  expected: readonly Json[],
  path: string,
  { own, counts = false, cell }: RowMaker,
): Promise<Outcome> =>
  outcomeOf(async () => {
    if (expected.length !== dtypes.length)
      throw new FormatError(`${expected.length} cells for ${dtypes.length} dtypes`);
    const result = cell(findFunction(api.xp, path.split('.').map(camelCase)));
    if (own !== undefined && !api.supports(own)) throw new Unsupported(`device ${api.device} has no ${own}`);
    const wrong: string[] = [];
    let compared = 0;
    for (const [i, wanted] of expected.entries()) {
      const dtype = dtypes[i] as string;
      if (!api.supports(dtype)) continue;
      if (
        typeof wanted === 'string' &&
        kinds[wanted] !== undefined &&
        !api.supports(wanted) &&
        standIn(api, wanted) === null
      )
        continue;
      const got = result(i);
      if (got === lacking) continue;
      compared++;
      const wide = /^u?int64$/.test(dtype);
      if (typeof got === 'string' && typeof wanted === 'string' && got === standIn(api, wanted)) continue;
      const agrees =
        typeof got === 'string' && typeof wanted === 'string'
          ? dtypeAgrees(got, wanted, counts && !wide)
          : got === wanted;
      if (!agrees) wrong.push(`${dtype}: got ${got}, expected ${wanted}`);
    }
    if (compared === 0) throw new Unsupported(`device ${api.device} has the dtypes of no cell`);
    if (wrong.length > 0)
      throw new Mismatch(`${wrong.length} of ${expected.length} cells; ${wrong.slice(0, 3).join('; ')}`);
  });

/** A cell that the device lacks a dtype for. */
const lacking = Symbol('lacking');

/** The dtype of a result, or null where there is none because the call throws. */
function resultOf(compute: () => unknown): string | null | typeof lacking {
  let result: unknown;
  try {
    result = compute();
  } catch (error) {
    if (error instanceof Unsupported) throw error;
    return isLack(error) ? lacking : null;
  }
  return dtypeName(member(result, 'dtype') ?? result);
}

function ones(api: Api, dtype: string | undefined): unknown {
  const name = stringOf(dtype, 'dtype');
  const { kind, storage } = kindOf(name);
  const data = new storage(new ArrayBuffer(storage.BYTES_PER_ELEMENT * (kind === 'complex' ? 4 : 2)));
  const one = name === 'float16' ? 0x3c00 : name.endsWith('int64') ? 1n : 1;
  data.fill(one as never);
  return makeRaw(api, { dtype: name, shape: [2], data });
}

/** The Python scalar of a kind: a fraction for float, since an integral number is an int here. */
function scalarOf(api: Api, kind: string): unknown {
  const scalars: { readonly [kind: string]: () => unknown } = {
    bool: () => true,
    int: () => 1,
    float: () => 1.5,
    complex: () => makeComplex(api, 1, 1),
  };
  const make = scalars[kind];
  if (make === undefined) throw new FormatError(`scalar kind ${kind}`);
  return make();
}
