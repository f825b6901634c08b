import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** One model of the sample portfolio, in the words of the tracker's facts and of the `gpai.*` contract. */
export type PortfolioModel = {
  readonly id: string;
  readonly name: string;
  readonly provider: PortfolioProvider;
  /** Day of publication, which the sample takes as the day of placing on the Union market. */
  readonly publishedOn: string;
  /** Decimal string, as in the source. */
  readonly trainingFlop: string;
  readonly parameters: number | null;
  readonly outputModalities: readonly string[];
  readonly narrowTask: string | null;
  readonly channel: string;
  readonly openRelease: { readonly restrictions: readonly string[] } | null;
  readonly modificationOf: { readonly baseName: string; readonly flop: string } | null;
};

export type PortfolioProvider = { readonly id: string; readonly name: string; readonly establishedIn: string };

type Row = Readonly<Record<string, string>>;

/** Country names of the source. A provider that is listed as multinational alone is taken as established in the United States. */
const countryCodes: Readonly<Record<string, string>> = {
  Australia: 'AU',
  Austria: 'AT',
  Canada: 'CA',
  China: 'CN',
  Finland: 'FI',
  France: 'FR',
  Germany: 'DE',
  'Hong Kong': 'HK',
  India: 'IN',
  Israel: 'IL',
  Japan: 'JP',
  'Korea (Republic of)': 'KR',
  Multinational: 'US',
  Netherlands: 'NL',
  Poland: 'PL',
  Portugal: 'PT',
  Russia: 'RU',
  'Saudi Arabia': 'SA',
  Singapore: 'SG',
  Spain: 'ES',
  Sweden: 'SE',
  Switzerland: 'CH',
  'United Arab Emirates': 'AE',
  'United Kingdom of Great Britain and Northern Ireland': 'GB',
  'United States of America': 'US',
};

/** Domains of the source whose models answer in one of the modalities that the Guidelines look at. */
const modalitiesByDomain: Readonly<Record<string, string>> = {
  Language: 'text',
  'Image generation': 'textToImage',
  Video: 'video',
  Speech: 'speech',
  Vision: 'image',
};

const narrowDomains: Readonly<Record<string, string>> = {
  Biology: 'biology',
  Games: 'games',
  'Earth science': 'weatherForecasting',
  Robotics: 'robotics',
};

/** Access classes of the source with public weights, and how the licence limits their use. */
const restrictionsByAccess: Readonly<Record<string, readonly string[]>> = {
  'Open weights (unrestricted)': ['attribution'],
  'Open weights (restricted use)': ['attribution', 'useRestriction'],
  'Open weights (non-commercial)': ['attribution', 'nonCommercial'],
};

const channels: Readonly<Record<string, string>> = {
  'API access': 'api',
  'Hosted access (no API)': 'webChatbot',
  Unreleased: 'internalUse',
};

/** Reads the sample portfolio. @throws Error naming the row when the file is not in the form described beside it. */
export function readPortfolio(file: string): readonly PortfolioModel[] {
  const rows = parse(readFileSync(file), { columns: true, skip_empty_lines: true }) as unknown as readonly Row[];
  const providers = new Map<string, PortfolioProvider>();
  const ids = new Set<string>();
  return rows.map((row) => readModel(row, providers, ids));
}

function readModel(row: Row, providers: Map<string, PortfolioProvider>, ids: Set<string>): PortfolioModel {
  const name = cell(row, 'model');
  const domains = listOf(row['domain']);
  const narrow = domains.map((domain) => narrowDomains[domain]).find((task) => task !== undefined) ?? null;
  const outputModalities = [...new Set(domains.map((domain) => modalitiesByDomain[domain] ?? 'other'))];
  const finetuneFlop = row['finetune_compute_flop'] ?? '';
  const baseName = listOf(row['base_model'])[0];
  return {
    id: unusedSlug(name, ids),
    name,
    provider: providerOf(row, providers),
    publishedOn: cell(row, 'publication_date'),
    trainingFlop: cell(row, 'training_compute_flop'),
    parameters: row['parameters'] ? Math.round(Number(row['parameters'])) : null,
    outputModalities: outputModalities.length === 0 ? ['text'] : outputModalities,
    narrowTask: outputModalities.includes('text') ? null : narrow,
    channel: channels[row['accessibility'] ?? ''] ?? 'download',
    openRelease: openReleaseOf(row),
    modificationOf: baseName && Number(finetuneFlop) > 0 ? { baseName, flop: finetuneFlop } : null,
  };
}

function openReleaseOf(row: Row): PortfolioModel['openRelease'] {
  const restrictions = restrictionsByAccess[row['accessibility'] ?? ''];
  return restrictions === undefined ? null : { restrictions };
}

function providerOf(row: Row, providers: Map<string, PortfolioProvider>): PortfolioProvider {
  const name = listOf(cell(row, 'organization'))[0] ?? cell(row, 'organization');
  const known = providers.get(name);
  if (known !== undefined) return known;
  const countries = listOf(cell(row, 'country'));
  const country = countries.find((candidate) => candidate !== 'Multinational') ?? countries[0] ?? '';
  const establishedIn = countryCodes[country];
  if (establishedIn === undefined) throw new Error(`${cell(row, 'model')}: no country code is known for "${country}"`);
  const provider = { id: slugOf(name), name, establishedIn };
  providers.set(name, provider);
  return provider;
}

function cell(row: Row, column: string): string {
  const value = row[column];
  if (!value) throw new Error(`the portfolio has a row without ${column}: ${JSON.stringify(row).slice(0, 200)}`);
  return value;
}

function listOf(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);
}

function unusedSlug(name: string, taken: Set<string>): string {
  const base = slugOf(name);
  let slug = base;
  for (let n = 2; taken.has(slug); n += 1) slug = `${base}-${n}`;
  taken.add(slug);
  return slug;
}
