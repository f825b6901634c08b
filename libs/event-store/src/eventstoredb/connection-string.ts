/**
 * The connection string names no event store that can be used. The string itself is left out of the message: it may
 * hold a password.
 */
export class WrongConnectionString extends Error {
  override readonly name = 'WrongConnectionString';
}

const form = 'esdb://[user:password@]host[:port][,host…][?tls=true&…] or esdb+discover://…';

/** What the client knows, in the way that it writes it. What it does not know it would only print, password and all. */
const knownSettings = [
  'tls',
  'tlsCAFile',
  'tlsVerifyCert',
  'userCertFile',
  'userKeyFile',
  'connectionName',
  'nodePreference',
  'maxDiscoverAttempts',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'defaultDeadline',
  'throwOnAppendFailure',
];

/**
 * For strings that name a cluster and do not bound the search for it themselves: a node that is asked for the members
 * may take a second, and whoever has searched three rounds in vain is told so and searches again. The client's own
 * bounds, 5 s and ten rounds, outlast the patience of those who wait.
 */
const clusterDefaults = { gossipTimeout: '1', maxDiscoverAttempts: '3' };

/** A connection string as the official client takes it, free of what it would take badly. @throws WrongConnectionString */
export function connectionStringForClient(connectionString: string): string {
  const text = connectionString.trim();
  const parts = /^(?:esdb|kurrentdb|kdb)(\+discover)?:\/\/([^?]+?)\/*(?:\?(.*))?$/s.exec(text);
  if (parts?.[2] === undefined) {
    const scheme = /^[\w+.-]+(?=:)/.exec(text)?.[0];
    throw new WrongConnectionString(`expected ${form}; found ${scheme === undefined ? 'no scheme' : `${scheme}:`}`);
  }
  const [, discover = '', address, query = ''] = parts;
  const settings = readSettings(query);
  refuseTraps(settings);
  settings.delete('tlsVerifyCert');
  if (discover !== '' || address.replace(/^[^@]*@/, '').includes(',')) {
    for (const [name, value] of Object.entries(clusterDefaults)) if (!settings.has(name)) settings.set(name, value);
  }
  const settled = [...settings].map(([name, value]) => `${name}=${value}`).join('&');
  return `esdb${discover}://${address}${settled === '' ? '' : `?${settled}`}`;
}

function readSettings(query: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const setting of query.split('&').filter((part) => part !== '')) {
    const [key = '', value = ''] = setting.split(/=(.*)/s).map((part) => part.trim());
    const name = knownSettings.find((known) => flat(known) === flat(key));
    if (name === undefined) {
      throw new WrongConnectionString(
        `found the unknown setting "${key}" in the connection string; expected some of ${knownSettings.join(', ')}`,
      );
    }
    if (value === '') throw new WrongConnectionString(`the setting ${name} of the connection string has no value`);
    settings.set(name, value);
  }
  return settings;
}

/** Settings whose consequence nobody would expect of them. */
function refuseTraps(settings: ReadonlyMap<string, string>): void {
  if (settings.get('throwOnAppendFailure') === 'false') {
    throw new WrongConnectionString(
      'throwOnAppendFailure=false makes the client tell wrong revisions: leave the setting out',
    );
  }
  if (settings.get('tlsVerifyCert') === 'false' && settings.get('tls') !== 'false') {
    throw new WrongConnectionString(
      'tlsVerifyCert=false has no effect, certificates are always verified: name their authority with tlsCAFile=<path>',
    );
  }
}

/** Keys are taken in any case, with dashes or underscores. */
function flat(key: string): string {
  return key.toLowerCase().replace(/[_-]/g, '');
}
