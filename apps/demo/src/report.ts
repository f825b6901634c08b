/** Rows of the tracker's answers that the report shows. */
export type ModelRow = {
  readonly id: string;
  readonly name: string | null;
  readonly provider: string | null;
  readonly gpai: boolean | null;
  readonly systemicRisk: boolean;
  readonly legacy: boolean;
  readonly openSourceExemption: boolean;
  readonly placedOnMarketAt: string | null;
  readonly openCount: number;
  readonly overdueCount: number;
  readonly nextDue: { readonly title: string; readonly due: string } | null;
};

export type StatusLine = {
  readonly status: string;
  readonly models: number;
  readonly open: number;
  readonly overdue: number;
  readonly nextDue: string | null;
};

/** The one line of the table that a model belongs to, the weightiest first. */
const statuses: readonly { readonly name: string; readonly holds: (model: ModelRow) => boolean }[] = [
  { name: 'systemic risk, in transition', holds: (model) => model.systemicRisk && model.legacy },
  { name: 'systemic risk', holds: (model) => model.systemicRisk },
  { name: 'to be reviewed', holds: (model) => model.gpai === null },
  { name: 'GPAI, open-source exemption', holds: (model) => model.gpai === true && model.openSourceExemption },
  { name: 'GPAI, in transition to 2 Aug 2027', holds: (model) => model.gpai === true && model.legacy },
  { name: 'GPAI', holds: (model) => model.gpai === true },
  { name: 'not general-purpose', holds: () => true },
];

/** Counts models by status, with their open and overdue obligations and the next deadline among them. */
export function byStatus(models: readonly ModelRow[]): readonly StatusLine[] {
  const groups = new Map<string, ModelRow[]>(statuses.map(({ name }) => [name, []]));
  for (const model of models) {
    const status = statuses.find(({ holds }) => holds(model));
    if (status !== undefined) groups.get(status.name)?.push(model);
  }
  return [...groups].map(([status, group]) => ({
    status,
    models: group.length,
    open: sum(group.map((model) => model.openCount)),
    overdue: sum(group.map((model) => model.overdueCount)),
    nextDue: group
      .flatMap((model) => (model.nextDue === null ? [] : [model.nextDue.due]))
      .reduce<string | null>((first, due) => (first === null || due < first ? due : first), null),
  }));
}

/** A plain-text table: the first column to the left, numbers to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[], numeric: readonly boolean[]): string =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const numeric = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  return [
    line(cells[0] ?? [], numeric),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...cells.slice(1).map((row) => line(row, numeric)),
  ].join('\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
