import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, MinLength, validateSync } from 'class-validator';

export const roles = ['ingest', 'api', 'projector', 'reminders'] as const;
export type Role = (typeof roles)[number];

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'verbose'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What the environment says. An absent store URL means: run the embedded one. */
export type Config = {
  readonly roles: readonly Role[];
  /** Port 0: any free one. */
  readonly http: { readonly host: string; readonly port: number };
  /** Folder of everything embedded, and of generated secrets. */
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly eventStoreUrl?: string;
  /** Port on which the embedded event store listens for other clients; absent: any free one. */
  readonly embeddedEventStorePort?: number;
  /** Absent: BullMQ keeps its queues in PostgreSQL. */
  readonly redisUrl?: string;
  readonly adminToken?: string;
  /** Encrypts the secrets of connections at rest; absent: generated once and kept in the data folder. */
  readonly secretKey?: string;
  readonly reminders: { readonly webhookUrl?: string; readonly webhookSecret?: string };
  readonly logLevel: LogLevel;
};

/** The configuration of a tracker that runs: what was embedded or generated has its value. */
export type ResolvedConfig = Config & {
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  readonly secretKey: string;
};

/** Lists every wrong variable; the values of secret ones are left out. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

const secretLengthMin = 16;

class Environment {
  @IsInt({ message: 'a port number from 0 to 65535' })
  @Min(0, { message: 'a port number from 0 to 65535' })
  @Max(65_535, { message: 'a port number from 0 to 65535' })
  PORT = 3000;

  @Matches(/^[\w.:-]+$/, { message: 'a host name or an IP address to listen on' })
  HOST = '127.0.0.1';

  @IsIn(roles, { each: true, message: `all, or some of ${roles.join(', ')}, separated by commas` })
  TRACKER_ROLES: readonly string[] = roles;

  @IsString()
  TRACKER_DATA_DIR = '.data';

  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/\S+$/, { message: 'a URL such as postgres://user:password@host:5432/tracker' })
  DATABASE_URL?: string;

  @IsOptional()
  @Matches(/^(esdb|kurrentdb|kdb)(\+discover)?:\/\/\S+$/, {
    message: 'an EventStoreDB connection string such as esdb://host:2113?tls=true',
  })
  EVENTSTORE_URL?: string;

  @IsOptional()
  @IsInt({ message: 'a port number from 1 to 65535' })
  @Min(1, { message: 'a port number from 1 to 65535' })
  @Max(65_535, { message: 'a port number from 1 to 65535' })
  EMBEDDED_EVENTSTORE_PORT?: number;

  @IsOptional()
  @Matches(/^rediss?:\/\/\S+$/, { message: 'a URL such as redis://host:6379' })
  REDIS_URL?: string;

  @IsOptional()
  @Matches(/^[\w.~+/=-]+$/, {
    message: 'a token of letters, digits and - . _ ~ + / = (what a Bearer header can carry)',
  })
  TRACKER_ADMIN_TOKEN?: string;

  @IsOptional()
  @MinLength(secretLengthMin, { message: `at least ${secretLengthMin} characters; better 32 random bytes in base64` })
  TRACKER_SECRET_KEY?: string;

  @IsOptional()
  @Matches(/^https?:\/\/\S+$/, { message: 'an http or https URL' })
  REMINDER_WEBHOOK_URL?: string;

  @IsOptional()
  @Matches(/^whsec_[A-Za-z0-9+/]+={0,2}$/, { message: 'whsec_ followed by the secret in base64' })
  REMINDER_WEBHOOK_SECRET?: string;

  @IsIn(logLevels, { message: `one of ${logLevels.join(', ')}` })
  LOG_LEVEL = 'info';
}

const secretVariables = new Set<string>([
  'DATABASE_URL',
  'EVENTSTORE_URL',
  'REDIS_URL',
  'TRACKER_ADMIN_TOKEN',
  'TRACKER_SECRET_KEY',
  'REMINDER_WEBHOOK_URL',
  'REMINDER_WEBHOOK_SECRET',
]);

/** The configuration as this process was started with it. @throws ConfigError */
export function configOfThisProcess(): Config {
  return loadConfig(process.env);
}

/** Reads all variables and reports all wrong ones at once; an empty one counts as absent. @throws ConfigError */
export function loadConfig(env: EnvironmentVariables): Config {
  const environment = readVariables(env);
  const problems = validateSync(environment).map(({ property, constraints }) => {
    const expected = Object.values(constraints ?? {})[0] ?? 'another value';
    const found = secretVariables.has(property) ? '' : `, found ${JSON.stringify(env[property])}`;
    return `  ${property}: expected ${expected}${found}`;
  });
  if (problems.length > 0) throw new ConfigError(`wrong environment variables:\n${problems.join('\n')}`);
  return {
    roles: roles.filter((role) => environment.TRACKER_ROLES.includes(role)),
    http: { host: environment.HOST, port: environment.PORT },
    dataDir: environment.TRACKER_DATA_DIR,
    ...given('databaseUrl', environment.DATABASE_URL),
    ...given('eventStoreUrl', environment.EVENTSTORE_URL),
    ...given('embeddedEventStorePort', environment.EMBEDDED_EVENTSTORE_PORT),
    ...given('redisUrl', environment.REDIS_URL),
    ...given('adminToken', environment.TRACKER_ADMIN_TOKEN),
    ...given('secretKey', environment.TRACKER_SECRET_KEY),
    reminders: {
      ...given('webhookUrl', environment.REMINDER_WEBHOOK_URL),
      ...given('webhookSecret', environment.REMINDER_WEBHOOK_SECRET),
    },
    logLevel: environment.LOG_LEVEL as LogLevel,
  };
}

function readVariables(env: EnvironmentVariables): Environment {
  const environment = new Environment();
  const texts = environment as unknown as Record<string, unknown>;
  for (const name of Object.keys(environmentReaders) as (keyof Environment)[]) {
    const text = env[name]?.trim();
    if (text !== undefined && text !== '') texts[name] = environmentReaders[name](text);
  }
  return environment;
}

const asText = (text: string): string => text;
// What is not plain digits becomes NaN, which the validator refuses: Number('0x10') would pass.
const asInteger = (text: string): number => (/^\d{1,6}$/.test(text) ? Number(text) : Number.NaN);

const environmentReaders = {
  PORT: asInteger,
  HOST: asText,
  TRACKER_ROLES: (text) => (text === 'all' ? roles : text.split(',').map((role) => role.trim())),
  TRACKER_DATA_DIR: asText,
  DATABASE_URL: asText,
  EVENTSTORE_URL: asText,
  EMBEDDED_EVENTSTORE_PORT: asInteger,
  REDIS_URL: asText,
  TRACKER_ADMIN_TOKEN: asText,
  TRACKER_SECRET_KEY: asText,
  REMINDER_WEBHOOK_URL: asText,
  REMINDER_WEBHOOK_SECRET: asText,
  LOG_LEVEL: asText,
} as const satisfies Record<keyof Environment, (text: string) => unknown>;

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}
