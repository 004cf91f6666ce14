// Which public functions take options, by their types: what a test calls with a name that none of them has.
// The compiler's interface comes from the TypeScript of the documentation, since that of the repository has none.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './setup/steps.mjs';

const ts = createRequire(join(root, 'docs', 'package.json'))('typescript');

/** The program of a package's entry, and what it exports. */
function program(folder, entry) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} };
  const config = join(root, 'packages', folder, 'tsconfig.json');
  const { options } = ts.getParsedCommandLineOfConfigFile(config, { noEmit: true }, host);
  const file = join(root, 'packages', folder, 'src', entry);
  const made = ts.createProgram([file], options);
  const checker = made.getTypeChecker();
  return { checker, module: checker.getSymbolAtLocation(made.getSourceFile(file)) };
}

const partsOf = (type) => (type.isUnion() ? type.types : [type]);

/** What functions of a package take options: their path from the entry, the place, and what may stand in the places. */
export function takersOfOptions(folder, entry = 'index.ts') {
  const { checker, module } = program(folder, entry);
  const optional = (symbol) => (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  const isClass = (symbol) => (symbol.flags & ts.SymbolFlags.Class) !== 0;

  /** Options: a record, all of whose fields may be left out. */
  const isOptions = (type) =>
    (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 &&
    !checker.isArrayLikeType(type) &&
    checker.getSignaturesOfType(type, ts.SignatureKind.Call).length === 0 &&
    checker.getIndexInfosOfType(type).length === 0 &&
    checker.getPropertiesOfType(type).length > 0 &&
    checker.getPropertiesOfType(type).every(optional);

  const kindsOf = (type) =>
    partsOf(type).map((part) => {
      if (part.flags & ts.TypeFlags.NumberLike) return 'number';
      if (part.flags & ts.TypeFlags.StringLike) return part.isStringLiteral() ? part.value : 'string';
      if (part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) return 'nothing';
      if (isOptions(part)) return 'options';
      if (checker.isArrayLikeType(part)) {
        const element = checker.getIndexTypeOfType(part, ts.IndexKind.Number);
        return element !== undefined && partsOf(element).some((e) => e.symbol?.name === 'NdArray')
          ? 'arrays'
          : 'list';
      }
      if (checker.getSignaturesOfType(part, ts.SignatureKind.Call).length > 0) return 'function';
      return part.symbol?.name ?? 'other';
    });

  const found = [];
  const signatures = (path, type, kind) => {
    const overloads = checker
      .getSignaturesOfType(type, kind)
      .map((signature) => signature.parameters.map((p) => kindsOf(checker.getTypeOfSymbol(p))));
    for (const places of overloads) {
      places.forEach((kinds, place) => {
        if (!kinds.includes('options')) return;
        const others = overloads.filter((o) => o !== places).map((o) => o[place] ?? o.at(-1) ?? []);
        found.push({ path, place, places: places.slice(0, place), kinds: [...kinds, ...others.flat()] });
      });
    }
  };

  const visit = (path, exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (symbol.flags & ts.SymbolFlags.ValueModule) {
      for (const inner of checker.getExportsOfModule(symbol)) visit([...path, inner.name], inner);
      return;
    }
    // Errors have the options of JavaScript's own.
    if (!(symbol.flags & ts.SymbolFlags.Value) || path.at(-1).endsWith('Error')) return;
    const type = checker.getTypeOfSymbol(symbol);
    signatures(path, type, isClass(symbol) ? ts.SignatureKind.Construct : ts.SignatureKind.Call);
    const holders = isClass(symbol)
      ? [[[...path, 'prototype'], checker.getDeclaredTypeOfSymbol(symbol)]]
      : symbol.flags & ts.SymbolFlags.Variable
        ? [[path, type]]
        : [];
    for (const [holder, of] of holders) {
      for (const member of checker.getPropertiesOfType(of)) {
        const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
        if (member.declarations?.some((d) => ts.getCombinedModifierFlags(d) & hidden)) continue;
        if (member.declarations?.some((d) => /\/lib\.[\w.]+\.d\.ts$/.test(d.getSourceFile().fileName)))
          continue;
        if (member.getJsDocTags(checker).some(({ name }) => name === 'internal')) continue;
        signatures([...holder, member.name], checker.getTypeOfSymbol(member), ts.SignatureKind.Call);
      }
    }
  };
  for (const exported of checker.getExportsOfModule(module)) visit([exported.name], exported);
  return found;
}
