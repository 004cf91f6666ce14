/**
 * Fills in a file name as Chainer does: `{.updater.iteration}` is that attribute of the object. Attributes may be written in
 * Python's way, too.
 *
 * @throws {Error} if there is no such attribute.
 */
export function formatName(who: string, template: string, object: object): string {
  return template.replace(/\{(\.?)([\w.]*)\}/g, (_, dot: string, path: string) => {
    let value: unknown = object;
    for (const name of path.split('.')) {
      const owner = value as Record<string, unknown> | null | undefined;
      const key = owner && typeof owner === 'object' && !(name in owner) ? camelCase(name) : name;
      value = owner?.[key];
    }
    if (value === undefined || value === null || typeof value === 'object') {
      throw new Error(
        `[${who}] file name ${JSON.stringify(template)}: there is no value for {${dot}${path}}`,
      );
    }
    return String(value);
  });
}

const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
