/** Another process writes to this log at this moment: one log has one writer. */
export class EventLogInUse extends Error {
  override readonly name = 'EventLogInUse';
  constructor() {
    super(
      'the event log in this database is in use by another tracker: stop that one, or set EVENTSTORE_URL to a server that both can use',
    );
  }
}
