import { Client } from 'pg';
import { deletedRevision } from './record.js';
import { verifyRecords, verifyStreams, type Verification } from './verify.js';

/**
 * Reads the whole log of a database and compares it with its checksums and its numbering. Changes nothing, and may run
 * while the log is served.
 * @throws when the database has no log, or cannot be read
 */
export async function verifyEventLog(options: {
  readonly databaseUrl: string;
  readonly onProgress?: (eventCount: number) => void;
}): Promise<Verification> {
  const client = new Client({ connectionString: options.databaseUrl, application_name: 'event-log-verifier' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ found: boolean }>(
      "select to_regclass('eventstore.events') is not null as found",
    );
    if (rows[0]?.found !== true) throw new Error('there is no event log in this database');
    const verification = await verifyRecords(client, 0, options.onProgress);
    const ofStreams = await verifyStreams(client, deletedRevision);
    const damages = [...verification.damages, ...ofStreams].sort((one, other) => one.position - other.position);
    return { ...verification, damages };
  } finally {
    await client.end();
  }
}
