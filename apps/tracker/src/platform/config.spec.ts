import { ConfigError, loadConfig } from './config.js';

describe('the configuration', () => {
  it('runs every role on embedded stores at 127.0.0.1:3000 when nothing is set', () => {
    expect(loadConfig({})).toEqual({
      roles: ['ingest', 'api', 'projector', 'reminders'],
      http: { host: '127.0.0.1', port: 3000 },
      dataDir: '.data',
      reminders: {},
      logLevel: 'info',
    });
  });

  it('takes what the environment names', () => {
    const config = loadConfig({
      PORT: '0',
      HOST: '0.0.0.0',
      TRACKER_ROLES: 'projector, reminders',
      DATABASE_URL: 'postgres://tracker:secret@db/tracker',
      EVENTSTORE_URL: 'esdb+discover://store:2113?tls=true',
      REMINDER_WEBHOOK_SECRET: 'whsec_c2VjcmV0',
      LOG_LEVEL: 'debug',
    });
    expect(config).toMatchObject({
      roles: ['projector', 'reminders'],
      http: { host: '0.0.0.0', port: 0 },
      databaseUrl: 'postgres://tracker:secret@db/tracker',
      eventStoreUrl: 'esdb+discover://store:2113?tls=true',
      reminders: { webhookSecret: 'whsec_c2VjcmV0' },
      logLevel: 'debug',
    });
  });

  it('takes an empty variable as absent', () => {
    expect(loadConfig({ DATABASE_URL: '', PORT: ' ' })).toEqual(loadConfig({}));
  });

  it('names every wrong variable at once, with what was expected', () => {
    const wrong = { PORT: '0x10', TRACKER_ROLES: 'api,cook', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud' };
    expect(() => loadConfig(wrong)).toThrow(ConfigError);
    expect(() => loadConfig(wrong)).toThrow(
      /PORT[^]*"0x10"[^]*TRACKER_ROLES[^]*"api,cook"[^]*DATABASE_URL[^]*LOG_LEVEL/,
    );
  });

  it.each(['DATABASE_URL', 'REDIS_URL', 'TRACKER_SECRET_KEY', 'TRACKER_ADMIN_TOKEN', 'REMINDER_WEBHOOK_SECRET'])(
    'does not repeat the value of %s, which may hold a secret',
    (name) => {
      const read = () => loadConfig({ [name]: 'hush hush' });
      expect(read).toThrow(name);
      expect(read).not.toThrow(/hush/);
    },
  );

  it.each(['65536', '-1', '3e3', '80.5'])('refuses the port %s', (port) => {
    expect(() => loadConfig({ PORT: port })).toThrow('PORT');
  });
});
