import { type Instant, readInstant } from '#libs/domain';
import { type FieldError, foundInWords, invalidFields } from '../../platform/problem.js';
import type { WebhookSource } from '../source.js';
import { sourceOf, sources } from '../sources.js';
import type { Connection, ConnectionSettings } from './connection.js';
import type { ChangeConnectionDto, ConnectionSettingsDto, CredentialsDto, NewConnectionDto } from './connection.dto.js';
import type { Credentials } from './credentials.js';

/** How long the former secret counts when a new one is set and nobody says how long: as long as senders retry. */
const rotationMsDefault = 7 * 24 * 3600 * 1000;

/** The connection that someone asks for, with a generated secret where none is given. @throws Problem 422 */
export function newConnection(asked: NewConnectionDto): Connection {
  const source = sourceOf(asked.system);
  if (source === undefined) {
    const expected = `one of ${sources.map(({ system }) => system).join(', ')}`;
    throw invalidFields([{ field: 'system', expected, found: foundInWords(asked.system) }]);
  }
  checkSecrets(source, asked);
  return {
    id: asked.id,
    system: asked.system,
    providerId: asked.providerId,
    settings: settingsOf(asked.settings),
    credentials: { secret: asked.secret ?? source.generateSecret(), ...otherCredentials(asked.credentials) },
  };
}

/** What is not named stays. A new secret leaves the former one valid for a while. @throws Problem 422 */
export function changedConnection(before: Connection, asked: ChangeConnectionDto, now: Instant): Connection {
  const source = sourceOf(before.system);
  if (source !== undefined) checkSecrets(source, asked);
  return {
    ...before,
    providerId: asked.providerId ?? before.providerId,
    settings: asked.settings === undefined ? before.settings : settingsOf(asked.settings),
    credentials: changedCredentials(before.credentials, asked, now),
  };
}

function changedCredentials(
  before: Credentials,
  { secret, credentials }: ChangeConnectionDto,
  now: Instant,
): Credentials {
  const rotated = secret !== undefined && secret !== before.secret;
  const validUntil = credentials?.previous_secret_valid_until;
  const previousSecret = {
    value: rotated ? before.secret : before.previousSecret?.value,
    validUntil: validUntil === undefined ? ((now + rotationMsDefault) as Instant) : readInstant(validUntil),
  };
  const asksAboutPrevious = rotated || validUntil !== undefined;
  return {
    ...before,
    secret: secret ?? before.secret,
    ...(asksAboutPrevious && previousSecret.value !== undefined
      ? { previousSecret: { value: previousSecret.value, validUntil: previousSecret.validUntil } }
      : {}),
    ...otherCredentials(credentials),
  };
}

function otherCredentials(asked: CredentialsDto | undefined): Partial<Credentials> {
  const { bearer, previous_secret: previous, previous_secret_valid_until: validUntil } = asked ?? {};
  return {
    ...(bearer === undefined ? {} : { bearer }),
    ...(previous === undefined || validUntil === undefined
      ? {}
      : { previousSecret: { value: previous, validUntil: readInstant(validUntil) } }),
  };
}

function checkSecrets(source: WebhookSource, { secret, credentials }: ChangeConnectionDto): void {
  const { bearer, previous_secret: previous, previous_secret_valid_until: validUntil } = credentials ?? {};
  const errors = [
    ...checkSecret(source, 'secret', secret),
    ...checkSecret(source, 'credentials.previous_secret', previous),
    ...(bearer === undefined || source.credentialNames.includes('bearer')
      ? []
      : [{ field: 'credentials.bearer', expected: `no bearer token with ${source.system}`, found: 'one' }]),
    ...(previous === undefined || validUntil !== undefined
      ? []
      : [
          {
            field: 'credentials.previous_secret_valid_until',
            expected: 'the instant at which the former secret ends',
            found: 'nothing',
          },
        ]),
    ...checkInstant(validUntil),
  ];
  if (errors.length > 0) throw invalidFields(errors);
}

function checkSecret(source: WebhookSource, field: string, secret: string | undefined): FieldError[] {
  const expected = secret === undefined ? undefined : source.problemWithSecret(secret);
  return expected === undefined ? [] : [{ field, expected, found: 'a value that is not shown' }];
}

function checkInstant(text: string | undefined): FieldError[] {
  const field = 'credentials.previous_secret_valid_until';
  try {
    if (text !== undefined) readInstant(text);
    return [];
  } catch {
    return [{ field, expected: 'an instant with its offset, such as 2026-09-24T00:00:00Z', found: 'something else' }];
  }
}

function settingsOf(asked: ConnectionSettingsDto | undefined): ConnectionSettings {
  const { max_body_bytes: maxBodyBytes, allowed_origins: allowedOrigins } = asked ?? {};
  return {
    ...(maxBodyBytes === undefined ? {} : { max_body_bytes: maxBodyBytes }),
    ...(allowedOrigins === undefined ? {} : { allowed_origins: allowedOrigins }),
  };
}
