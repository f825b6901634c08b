import { parseArgs } from 'node:util';

export const usage = `npm run eventstore [-- [serve] OPTIONS]
npm run eventstore -- verify [OPTIONS]

serve, the default, runs an event store that speaks the EventStoreDB protocol, for any EventStoreDB or KurrentDB client.
verify reads the whole log, compares it with its checksums, names all damage by its position, and ends with exit code 1
when there is any.

  --port NUMBER          where to listen (2113)
  --host ADDRESS         on which address (127.0.0.1); any but this machine's needs --cert, --key and --users
  --data FOLDER          where the data lie, in a PostgreSQL that is started for them (.data)
  --database URL         a PostgreSQL to use instead of --data; also the variable DATABASE_URL
  --cert FILE            certificate chain, PEM; with it and --key connections are encrypted
  --key FILE             its private key, PEM
  --users FILE           who may call: a JSON list of { "name", "password", "isAdmin" }; needs --cert and --key
  --metrics-port NUMBER  serves metrics for Prometheus on http://127.0.0.1:NUMBER/metrics
  --help                 this text
`;

export type ProgramOptions = {
  readonly command: 'serve' | 'verify' | 'help';
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly usersFile: string | undefined;
  readonly metricsPort: number | undefined;
};

/** What is wrong with the command line. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

/**
 * Reads the command line.
 * @throws BadUsage
 */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): ProgramOptions {
  const { values, positionals } = parse(args);
  const [command = 'serve', ...rest] = positionals;
  if ((command !== 'serve' && command !== 'verify') || rest.length > 0) {
    throw new BadUsage(`expected "serve" or "verify", found "${positionals.join(' ')}"`);
  }
  const { cert, key, users } = values;
  if ((cert === undefined) !== (key === undefined)) throw new BadUsage('--cert and --key come together');
  if (users !== undefined && cert === undefined) {
    throw new BadUsage('--users needs --cert and --key: clients send no password over a plain connection');
  }
  return {
    command: values.help === true ? 'help' : command,
    port: readPort('--port', values.port) ?? 2113,
    host: values.host ?? '127.0.0.1',
    dataDir: values.data ?? '.data',
    databaseUrl: values.data === undefined ? (values.database ?? (env['DATABASE_URL'] || undefined)) : values.database,
    certFile: cert,
    keyFile: key,
    usersFile: users,
    metricsPort: readPort('--metrics-port', values['metrics-port']),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: text,
        host: text,
        data: text,
        database: text,
        cert: text,
        key: text,
        users: text,
        'metrics-port': text,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new BadUsage(error instanceof Error ? error.message : String(error));
  }
}

function readPort(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > 65_535) throw new BadUsage(`${option} expects a number from 0 to 65535, found "${text}"`);
  return port;
}
