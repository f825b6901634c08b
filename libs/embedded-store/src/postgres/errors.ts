/** The embedded PostgreSQL cannot run here. The message says what was found and what to do. */
export class EmbeddedPostgresFailed extends Error {
  override readonly name = 'EmbeddedPostgresFailed';
}

/** Another tracker works on this data folder at this moment. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  constructor(readonly dataDir: string) {
    super(
      `the data folder ${dataDir} is in use by another tracker: stop that one, or give this one a folder of its own (TRACKER_DATA_DIR)`,
    );
  }
}

/** The code of a file system or spawn error ("ENOENT"), or of a PostgreSQL error ("57P03"). */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
