/** A Markdown table. Columns of numbers are set to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const numeric = (k: number) => rows.every((row) => /^(\**[\d.]+\**( \S+)?)?$/.test(row[k] ?? ''));
  const rule = head.map((_, k) => (numeric(k) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
