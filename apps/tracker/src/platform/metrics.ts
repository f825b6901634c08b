import { Injectable } from '@nestjs/common';

/** One figure of the process, as Prometheus names it; `samples` has one entry a set of labels. */
export type MetricFamily = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number | bigint }[];
};

export type MetricSource = () => Promise<readonly MetricFamily[]>;

const sourceTimeoutMs = 2_000;

/** What there is to measure; each part registers its own source. */
@Injectable()
export class Metrics {
  readonly #sources: MetricSource[] = [];

  register(source: MetricSource): void {
    this.#sources.push(source);
  }

  /** In the text format of Prometheus. A source that fails or is late is left out: the others are wanted all the more. */
  async report(): Promise<string> {
    const families = await Promise.all(this.#sources.map((source) => inTime(source)));
    return families
      .flat()
      .filter(({ samples }) => samples.length > 0)
      .map(format)
      .join('');
  }
}

async function inTime(source: MetricSource): Promise<readonly MetricFamily[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<[]>((resolve) => {
    timer = setTimeout(() => resolve([]), sourceTimeoutMs);
  });
  try {
    return await Promise.race([source().catch(() => []), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function format({ name, help, type, samples }: MetricFamily): string {
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
  });
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n')}\n`;
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
