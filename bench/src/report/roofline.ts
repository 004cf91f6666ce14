import type { Line } from './lines.ts';
import { digits, distinct } from './statistics.ts';
import { table } from './table.ts';

const prefix = 'roofline ';

/** The ceilings, then a table a family. */
export function renderRoofline(lines: readonly Line[]): string {
  const isCeiling = ({ name }: Line) => name.startsWith(`${prefix}ceiling `);
  const ceilings = lines
    .filter(isCeiling)
    .map(({ name, values }) => [
      name.slice(`${prefix}ceiling `.length),
      values.gflops === undefined ? `${cell(values.gbps)} GB/s` : `${cell(values.gflops)} GFLOP/s`,
    ]);
  const kernels = lines.filter((line) => !isCeiling(line));
  const families = distinct(kernels.map(({ values }) => String(values.family)));
  const rows = families.flatMap((family) =>
    kernels
      .filter(({ values }) => values.family === family)
      .map(({ name, values }, k) => [
        k === 0 ? `**${family}**` : '',
        name.slice(`${prefix}${family}: `.length),
        cell(values.median_ms),
        cell(values.gflops),
        cell(values.gbps),
        `${values.bound}`,
        `${Math.round(100 * Number(values.share))} %`,
      ]),
  );
  return `${table(['ceiling', 'reached'], ceilings)}

${table(['family', 'kernel', 'ms', 'GFLOP/s', 'GB/s', 'bound', 'share'], rows)}`;
}

function cell(value: number | string | undefined): string {
  return typeof value === 'number' ? digits(value) : '';
}
