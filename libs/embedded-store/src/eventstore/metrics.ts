/** What the server counts about itself, in the text form that Prometheus reads. */
export class Metrics {
  readonly #counters = new Map<string, { readonly help: string; readonly values: Map<string, number> }>();
  readonly #gauges = new Map<string, { readonly help: string; readonly read: () => number }>();
  readonly #histograms = new Map<string, Histogram>();

  /** A number that only rises. `add` may name a value of the counter's one label. */
  counter(name: string, help: string): { add(amount?: number, label?: string): void } {
    const values = new Map<string, number>();
    this.#counters.set(name, { help, values });
    return {
      add: (amount = 1, label = '') => {
        values.set(label, (values.get(label) ?? 0) + amount);
      },
    };
  }

  /** A number that is read when somebody asks. */
  gauge(name: string, help: string, read: () => number): void {
    this.#gauges.set(name, { help, read });
  }

  /** How long something takes. */
  histogram(name: string, help: string): { observe(seconds: number): void } {
    const histogram = new Histogram(help);
    this.#histograms.set(name, histogram);
    return histogram;
  }

  toString(): string {
    const lines: string[] = [];
    for (const [name, { help, values }] of this.#counters) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
      if (values.size === 0) lines.push(`${name} 0`);
      for (const [label, value] of values) lines.push(`${name}${label === '' ? '' : `{${label}}`} ${value}`);
    }
    for (const [name, { help, read }] of this.#gauges) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${read()}`);
    }
    for (const [name, histogram] of this.#histograms) lines.push(...histogram.lines(name));
    return `${lines.join('\n')}\n`;
  }
}

const boundsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

class Histogram {
  readonly #counts = boundsSeconds.map(() => 0);
  #count = 0;
  #sum = 0;

  constructor(private readonly help: string) {}

  observe(seconds: number): void {
    this.#count += 1;
    this.#sum += seconds;
    const index = boundsSeconds.findIndex((bound) => seconds <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  lines(name: string): string[] {
    let below = 0;
    const buckets = boundsSeconds.map((bound, index) => {
      below += this.#counts[index] ?? 0;
      return `${name}_bucket{le="${bound}"} ${below}`;
    });
    return [
      `# HELP ${name} ${this.help}`,
      `# TYPE ${name} histogram`,
      ...buckets,
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#count}`,
    ];
  }
}
