import { formatInstant, readInstant, type Instant } from '#libs/domain';
import {
  decodeEnvelope,
  encodeEnvelope,
  type NewEvent,
  type StoredEvent,
  UnreadableEvent,
  uuidV5,
} from '#libs/event-store';

/** Ids of reminders and of their events follow from what they are about, so that each is recorded once. */
const namespace = '5f0f8b1e-63a4-5b7e-9c1c-2c8d0f4f6a11';

/** One stage that a message stood for; several where earlier ones were missed. */
export type StageSent = { readonly stage: string; readonly fireAt: Instant };

type About = {
  readonly obligationKey: string;
  readonly obligationId: string;
  readonly title: string;
  readonly deadline: Instant;
  /** The last one is the one that was due; the others had been missed. */
  readonly stages: readonly StageSent[];
};

export type ReminderEvent =
  | { readonly type: 'ReminderSent'; readonly data: About & { readonly channels: readonly string[] } }
  | { readonly type: 'ReminderFailed'; readonly data: About & { readonly reason: string } }
  | {
      readonly type: 'ReminderAcknowledged';
      readonly data: { readonly obligationKey: string; readonly deadline: Instant };
    }
  | {
      readonly type: 'ReminderSnoozed';
      readonly data: { readonly obligationKey: string; readonly until: Instant; readonly reason: string };
    };

export type RecordedReminderEvent = ReminderEvent & { readonly model: string; readonly occurredAt: Instant };

const streamPrefix = 'reminders-';

export function reminderStreamOf(model: string): string {
  return `${streamPrefix}${model}`;
}

export function reminderIdOf(model: string, obligationKey: string, stage: string): string {
  return uuidV5(namespace, `${model} ${obligationKey} ${stage}`);
}

/** Id of the event that says that this reminder was sent, or has failed for good. */
export function outcomeIdOf(reminderId: string): string {
  return uuidV5(namespace, `outcome ${reminderId}`);
}

export type ReminderEventToEncode = {
  readonly id: string;
  readonly event: ReminderEvent;
  readonly occurredAt: Instant;
  readonly actor: string;
  readonly correlationId: string;
};

export function encodeReminderEvent({ id, event, occurredAt, actor, correlationId }: ReminderEventToEncode): NewEvent {
  const source = actor === 'system' ? 'system' : 'api';
  const metadata = encodeEnvelope({ occurredAt, recordedAt: occurredAt, actor, source, correlationId });
  return { id, type: `${event.type}.v1`, data: writeData(event), metadata };
}

/** @throws UnreadableEvent */
export function decodeReminderEvent(stored: StoredEvent): RecordedReminderEvent {
  const { occurredAt } = decodeEnvelope(stored);
  const model = stored.stream.slice(streamPrefix.length);
  const read = new DataReader(stored);
  switch (stored.type) {
    case 'ReminderSent.v1':
      return {
        type: 'ReminderSent',
        data: { ...readAbout(read), channels: read.texts('channels') },
        model,
        occurredAt,
      };
    case 'ReminderFailed.v1':
      return { type: 'ReminderFailed', data: { ...readAbout(read), reason: read.text('reason') }, model, occurredAt };
    case 'ReminderAcknowledged.v1': {
      const data = { obligationKey: read.text('obligationKey'), deadline: read.instant('deadline') };
      return { type: 'ReminderAcknowledged', data, model, occurredAt };
    }
    case 'ReminderSnoozed.v1': {
      const obligationKey = read.text('obligationKey');
      const data = { obligationKey, until: read.instant('until'), reason: read.text('reason') };
      return { type: 'ReminderSnoozed', data, model, occurredAt };
    }
    default:
      throw new UnreadableEvent(stored, 'it is no event of a reminder that this release knows');
  }
}

function writeData(event: ReminderEvent): Record<string, unknown> {
  switch (event.type) {
    case 'ReminderSent':
    case 'ReminderFailed': {
      const stages = event.data.stages.map(({ stage, fireAt }) => ({ stage, fireAt: formatInstant(fireAt) }));
      return { ...event.data, deadline: formatInstant(event.data.deadline), stages };
    }
    case 'ReminderAcknowledged':
      return { ...event.data, deadline: formatInstant(event.data.deadline) };
    case 'ReminderSnoozed':
      return { ...event.data, until: formatInstant(event.data.until) };
  }
}

function readAbout(read: DataReader): About {
  return {
    obligationKey: read.text('obligationKey'),
    obligationId: read.text('obligationId'),
    title: read.text('title'),
    deadline: read.instant('deadline'),
    stages: read.list('stages', (stage) => ({ stage: stage.text('stage'), fireAt: stage.instant('fireAt') })),
  };
}

/** Reads the data of one event, strictly. */
class DataReader {
  constructor(
    private readonly stored: StoredEvent,
    private readonly data: Readonly<Record<string, unknown>> = stored.data,
  ) {}

  text(key: string): string {
    const value = this.data[key];
    return typeof value === 'string' ? value : this.#refuse(key, 'text', value);
  }

  texts(key: string): readonly string[] {
    const value = this.data[key];
    const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return isTexts ? value : this.#refuse(key, 'a list of texts', value);
  }

  instant(key: string): Instant {
    try {
      return readInstant(this.text(key));
    } catch {
      return this.#refuse(key, 'an instant', this.data[key]);
    }
  }

  list<Item>(key: string, readItem: (item: DataReader) => Item): readonly Item[] {
    const value = this.data[key];
    if (!Array.isArray(value) || value.length === 0) return this.#refuse(key, 'a list with an entry', value);
    return value.map((item: unknown) =>
      typeof item === 'object' && item !== null
        ? readItem(new DataReader(this.stored, item as Readonly<Record<string, unknown>>))
        : this.#refuse(key, 'a list of objects', value),
    );
  }

  #refuse(key: string, expected: string, found: unknown): never {
    throw new UnreadableEvent(this.stored, `expected data.${key} to be ${expected}, found ${JSON.stringify(found)}`);
  }
}
