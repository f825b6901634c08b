/** One entry a call: `event` is a constant name, the rest are its variables. */
type Entry = Readonly<Record<string, unknown> & { event: string }>;

export type ProjectionsLog = { log(entry: Entry): void; warn(entry: Entry): void; error(entry: Entry): void };
