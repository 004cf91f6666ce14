/** The device functions that a text uses. */
export function preludeFor(_: string): string {
  return '';
}
