import { readOptions } from './options.js';

describe('the command line of the event store', () => {
  it('serves on the usual port and folder when nothing is said', () => {
    expect(readOptions([], {})).toMatchObject({
      command: 'serve',
      port: 2113,
      host: '127.0.0.1',
      dataDir: '.data',
      databaseUrl: undefined,
    });
  });

  it('takes the database from the environment, unless a folder is named', () => {
    const env = { DATABASE_URL: 'postgresql://here' };
    expect(readOptions(['verify'], env)).toMatchObject({ command: 'verify', databaseUrl: 'postgresql://here' });
    expect(readOptions(['verify', '--data', 'there'], env)).toMatchObject({ dataDir: 'there', databaseUrl: undefined });
  });

  it.each([
    [['--port', 'x'], '--port expects a number from 0 to 65535, found "x"'],
    [['--port', '70000'], '--port expects'],
    [['--cert', 'c'], '--cert and --key come together'],
    [['--users', 'u'], '--users needs --cert and --key'],
    [['restore'], 'expected "serve" or "verify", found "restore"'],
    [['--prot', '1'], '--prot'],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => readOptions(args, {})).toThrow(message);
  });
});
