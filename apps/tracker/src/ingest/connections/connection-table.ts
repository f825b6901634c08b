import type { Instant } from '#libs/domain';
import type { Pool } from 'pg';
import type { Connection, ConnectionSettings } from './connection.js';
import type { Credentials } from './credentials.js';
import type { SecretBox } from './secret-box.js';

type ConnectionRow = {
  readonly id: string;
  readonly system: string;
  readonly provider_id: string;
  readonly settings: ConnectionSettings;
  readonly secret: Buffer;
  readonly bearer: Buffer | null;
  readonly previous_secret: Buffer | null;
  readonly previous_secret_valid_until: Date | null;
};

/** Connections as `settings.connection` holds them, their secrets sealed. */
export class ConnectionTable {
  constructor(
    private readonly database: Pool,
    private readonly box: SecretBox,
  ) {}

  /** @throws UnreadableSecret when they were stored with another key */
  async all(): Promise<readonly Connection[]> {
    const { rows } = await this.database.query<ConnectionRow>('select * from settings.connection order by id');
    return rows.map((row) => this.#read(row));
  }

  /** False when there is one of this id. */
  async insert(connection: Connection): Promise<boolean> {
    const { rowCount } = await this.database.query(
      `insert into settings.connection
         (id, system, provider_id, settings, secret, bearer, previous_secret, previous_secret_valid_until)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (id) do nothing`,
      this.#values(connection),
    );
    return rowCount === 1;
  }

  /** Changes a connection as `change` says, alone on its row. Undefined when there is none of this id. */
  async update(id: string, change: (before: Connection) => Connection): Promise<Connection | undefined> {
    const client = await this.database.connect();
    let failure: Error | undefined;
    try {
      await client.query('begin');
      const { rows } = await client.query<ConnectionRow>('select * from settings.connection where id = $1 for update', [
        id,
      ]);
      const after = rows[0] === undefined ? undefined : change(this.#read(rows[0]));
      if (after !== undefined) {
        await client.query(
          `update settings.connection
           set system = $2, provider_id = $3, settings = $4, secret = $5, bearer = $6,
               previous_secret = $7, previous_secret_valid_until = $8, updated_at = now()
           where id = $1`,
          this.#values(after),
        );
      }
      await client.query('commit');
      return after;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // A client whose transaction failed half-way is closed, which rolls it back.
      client.release(failure);
    }
  }

  async delete(id: string): Promise<boolean> {
    const { rowCount } = await this.database.query('delete from settings.connection where id = $1', [id]);
    return rowCount === 1;
  }

  #values({ id, system, providerId, settings, credentials }: Connection): unknown[] {
    const { secret, bearer, previousSecret } = credentials;
    return [
      id,
      system,
      providerId,
      JSON.stringify(settings),
      this.box.seal(secret, placeOf(id, 'secret')),
      bearer === undefined ? null : this.box.seal(bearer, placeOf(id, 'bearer')),
      previousSecret === undefined ? null : this.box.seal(previousSecret.value, placeOf(id, 'previous secret')),
      previousSecret === undefined ? null : new Date(previousSecret.validUntil),
    ];
  }

  #read(row: ConnectionRow): Connection {
    return {
      id: row.id,
      system: row.system,
      providerId: row.provider_id,
      settings: row.settings,
      credentials: this.#open(row),
    };
  }

  #open({
    id,
    secret,
    bearer,
    previous_secret: previous,
    previous_secret_valid_until: validUntil,
  }: ConnectionRow): Credentials {
    return {
      secret: this.box.open(secret, placeOf(id, 'secret')),
      ...(bearer === null ? {} : { bearer: this.box.open(bearer, placeOf(id, 'bearer')) }),
      ...(previous === null || validUntil === null
        ? {}
        : {
            previousSecret: {
              value: this.box.open(previous, placeOf(id, 'previous secret')),
              validUntil: validUntil.getTime() as Instant,
            },
          }),
    };
  }
}

function placeOf(id: string, name: string): string {
  return `${name} of connection ${id}`;
}
