/** Another process writes to this log at this moment: one log has one writer. */
export class EventLogInUse extends Error {
  override readonly name = 'EventLogInUse';
  constructor() {
    super(
      'the event log in this database is in use by another tracker: stop that one, or set EVENTSTORE_URL to a server that both can use',
    );
  }
}

/** The log is not what was written to it. `position` is the first place where that shows. */
export class EventLogDamaged extends Error {
  override readonly name = 'EventLogDamaged';
  constructor(
    readonly position: number,
    what: string,
  ) {
    super(
      `the event log is damaged at position ${position}: ${what}. Nothing was changed; restore the database from a backup,` +
        ' and see all damage with `npm run eventstore -- verify`',
    );
  }
}
