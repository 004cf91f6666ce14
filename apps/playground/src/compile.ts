/** TypeScript of the code pane as JavaScript with the same lines. @throws {Error} for what is no TypeScript, with its line. */
export async function compile(source: string): Promise<string> {
  const { transform } = await import('sucrase');
  try {
    return transform(source, {
      transforms: ['typescript', 'imports'],
      disableESTransforms: true,
      preserveDynamicImport: true,
    }).code;
  } catch (error) {
    const { message, loc } = error as Error & { readonly loc?: { readonly line: number } };
    const where = loc ? ` (model.ts, line ${loc.line})` : '';
    throw new Error(
      `${message.replace(/ \(\d+:\d+\)$/, '').replace(/^Error transforming [^:]*: /, '')}${where}`,
    );
  }
}
