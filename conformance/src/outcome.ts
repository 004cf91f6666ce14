/** The API has nothing by this name, or the device lacks this dtype. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

/** The case file is not in the format. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** The implementation gave something other than the case expects. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** What became of a case. */
export type Outcome =
  | { readonly status: 'passed' }
  | { readonly status: 'failed' | 'unsupported'; readonly reason: string };

const oneLine = (text: string, limit: number): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
};

/** Whether a device would have to be read without waiting. The library's errors are known by their names: the runner does not import it. */
export const needsHost = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'NeedsHostSyncError';

/** What a device says that lacks what a case needs: a dtype, or reading a size from data without waiting. */
export const isLack = (error: unknown): error is Error =>
  needsHost(error) ||
  (error instanceof Error && error.name === 'DTypeError' && / there is no [\w ]+ on /.test(error.message));

/** Runs a check and turns what it throws into an outcome with a one-line reason. */
export async function outcomeOf(check: () => Promise<void>): Promise<Outcome> {
  try {
    await check();
    return { status: 'passed' };
  } catch (error) {
    if (error instanceof Unsupported || isLack(error))
      return { status: 'unsupported', reason: oneLine(error.message, 300) };
    if (error instanceof Mismatch) return { status: 'failed', reason: oneLine(error.message, 300) };
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`;
    return { status: 'failed', reason: oneLine(reason, 300) };
  }
}
