import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Api } from './api.ts';
import { caseRun } from './case-run.ts';
import { isObject, type JsonObject, listOf, objectOf, onlyKeys, stringOf } from './json.ts';
import { Npz } from './npz.ts';
import { FormatError, type Outcome, outcomeOf } from './outcome.ts';
import { promotionRows } from './suites/promotion.ts';
import { suiteOf } from './suites.ts';

/** A case that can be run. */
export interface Case {
  readonly id: string;
  readonly run: (api: Api) => Promise<Outcome>;
}

/** The cases of one file. */
export interface Group {
  /** `suite/group` as the file says. */
  readonly name: string;
  readonly cases: readonly Case[];
}

const fileKeys = `
  suite group reference variant generator cases skipped _notes
`;

/** Every `.json` below a folder (or the file itself), in order of their paths. */
export function caseFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Reads a case file. What is wrong with the file fails every case in it: it must not pass unnoticed. */
export function readGroup(path: string): Group {
  const broken = (name: string, error: unknown): Group => ({ name, cases: [failing('the file', error)] });
  let file: JsonObject;
  try {
    file = objectOf(JSON.parse(readFileSync(path, 'utf8')), path);
  } catch (error) {
    return broken(path, error);
  }
  const name = `${file.suite ?? basename(dirname(path))}/${file.group ?? basename(path, '.json')}`;
  try {
    if (isObject(file.binary) || isObject(file.can_cast)) return { name, cases: promotionRows(file) };
    const list = listOf(file.cases, 'cases');
    if (list.length === 0) throw new FormatError('the file has no cases');
    return { name, cases: list.map((content) => caseOf(path, file, content)) };
  } catch (error) {
    return broken(name, error);
  }
}

const failing = (id: string, error: unknown): Case => ({
  id,
  run: () =>
    outcomeOf(() => {
      throw error;
    }),
});

const stores = new Map<string, Npz>();

/** The arrays beside a case file, read once. */
function storeOf(path: string): Npz {
  const beside = path.replace(/\.json$/, '.npz');
  let store = stores.get(beside);
  if (store === undefined) {
    store = existsSync(beside) ? new Npz(readFileSync(beside)) : new Npz();
    stores.clear();
    stores.set(beside, store);
  }
  return store;
}

function caseOf(path: string, file: JsonObject, value: unknown): Case {
  const id = isObject(value) && typeof value.id === 'string' ? value.id : '(no id)';
  return {
    id,
    run: (api) =>
      outcomeOf(async () => {
        onlyKeys(file, fileKeys, 'the file');
        const content = objectOf(value as JsonObject, 'case');
        stringOf(content.id, 'id');
        const suite = stringOf(file.suite, 'suite');
        const { inputs, run } = suiteOf(suite, content);
        if (suite !== 'xp' && api.trouble !== null) throw api.trouble;
        await run(caseRun(api, storeOf(path), dirname(path), content, inputs));
      }),
  };
}
