import { openClient } from './client.js';
import { connectionStringForClient, WrongConnectionString } from './connection-string.js';

describe('a connection string', () => {
  it.each([
    ['esdb://localhost:2113?tls=false', 'esdb://localhost:2113?tls=false'],
    ['kurrentdb://localhost', 'esdb://localhost'],
    ['kdb://u:p%40ss@node:1/?TLS=true&tls_ca_file=/ca.pem', 'esdb://u:p%40ss@node:1?tls=true&tlsCAFile=/ca.pem'],
    ['esdb://host?tls=false&tlsVerifyCert=false', 'esdb://host?tls=false'],
    ['esdb://host?connectionName=a=b', 'esdb://host?connectionName=a=b'],
  ])('of one node is handed on: %s', (given, expected) => {
    expect(connectionStringForClient(given)).toBe(expected);
  });

  it.each([
    ['esdb+discover://cluster', 'esdb+discover://cluster?gossipTimeout=1&maxDiscoverAttempts=3'],
    ['kurrentdb+discover://cluster', 'esdb+discover://cluster?gossipTimeout=1&maxDiscoverAttempts=3'],
    ['esdb://a:1,b:2?tls=false', 'esdb://a:1,b:2?tls=false&gossipTimeout=1&maxDiscoverAttempts=3'],
    [
      'esdb://u:p,q@a,b?gossipTimeout=4&maxDiscoverAttempts=9',
      'esdb://u:p,q@a,b?gossipTimeout=4&maxDiscoverAttempts=9',
    ],
  ])('of a cluster bounds the search for it, unless it says how: %s', (given, expected) => {
    expect(connectionStringForClient(given)).toBe(expected);
  });

  it('of one node is not taken for a cluster because of a comma in its password', () => {
    expect(connectionStringForClient('esdb://u:p,q@a')).toBe('esdb://u:p,q@a');
  });

  it.each([
    ['postgres://u:secret@host', 'found postgres:'],
    ['u:secret@localhost:2113', 'found'],
    ['localhost', 'found no scheme'],
    ['esdb://', 'expected esdb://'],
    ['esdb://u:secret@host?throwOnAppendFailure=false', 'leave the setting out'],
    ['esdb://u:secret@host?tlsVerifyCert=false', 'tlsCAFile=<path>'],
    ['esdb://u:secret@host?tlsCaPath=x', 'unknown setting "tlsCaPath"'],
    ['esdb://u:secret@host?tls', 'tls of the connection string has no value'],
    ['esdb://u:secret@host?tls=maybe', 'expected true or false'],
    ['esdb://u:secret@host:port', 'expected port number'],
    ['esdb://u:secret@host?nodePreference=best', 'expected leader or follower'],
    ['esdb://u:secret@host?tlsCAFile=/not/there.pem', 'certificate file'],
  ])('that cannot be used is refused with what is wrong and without its password: %s', (given, reason) => {
    let found: unknown;
    try {
      openClient(given);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(WrongConnectionString);
    expect((found as Error).message).toContain(reason);
    expect(JSON.stringify([(found as Error).message, (found as Error).stack, found])).not.toContain('secret');
  });
});
