import { readInstant } from '#libs/domain';
import type { HookRequest } from '../source.js';
import { readBinaryEvent, readData, readStructuredEvent } from './read-event.js';

const envelope = { specversion: '1.0', id: '1', source: '//pipelines', type: 'gpai.model.registered' };

function binary(headers: Record<string, string>): HookRequest {
  return {
    method: 'POST',
    suffix: '',
    query: new URLSearchParams(),
    headers: {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '//pipelines',
      'ce-type': 'gpai.model.registered',
      ...headers,
    },
    body: Buffer.from('{}'),
    receivedAt: readInstant('2026-09-22T06:00:01Z'),
  };
}

describe('a CloudEvent in binary mode', () => {
  it.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['"quoted \\" text"', 'quoted " text'],
    ['100%25', '100%'],
    ['%2541', '%41'],
  ])('has the header value %s decoded once, to %s', (sent, subject) => {
    expect(readBinaryEvent(binary({ 'ce-subject': sent }))).toMatchObject({ ok: true, event: { subject } });
  });

  it.each(['%C0%A0', '%FF', '%', '%zz', 'ä'])('with the header value %s is refused', (sent) => {
    expect(readBinaryEvent(binary({ 'ce-subject': sent }))).toMatchObject({
      ok: false,
      refusal: { reason: 'cloudevent_invalid' },
    });
  });

  it('has no ce-datacontenttype: Content-Type stands for it', () => {
    expect(readBinaryEvent(binary({ 'ce-datacontenttype': 'application/json' })).ok).toBe(false);
  });
});

describe('a CloudEvent in structured mode', () => {
  it.each([
    ['another version', { ...envelope, specversion: '0.3' }],
    ['an empty id', { ...envelope, id: '' }],
    ['a number as id', { ...envelope, id: 7 }],
    ['no source', { ...envelope, source: undefined }],
    ['a time that is none', { ...envelope, time: 'yesterday' }],
    ['data twice', { ...envelope, data: {}, data_base64: 'e30=' }],
    ['base64 that is none', { ...envelope, data_base64: '{}' }],
    ['a list in its place', []],
  ])('is refused with %s', (_what, value) => {
    expect(readStructuredEvent(value)).toMatchObject({ ok: false, refusal: { reason: 'cloudevent_invalid' } });
  });

  it('keeps data that are a JSON string a string', () => {
    const reading = readStructuredEvent({ ...envelope, data: '{"model":"m"}' });
    expect(reading.ok && readData(reading.event)).toEqual({ ok: true, value: '{"model":"m"}' });
  });

  it('reads data in base64', () => {
    const reading = readStructuredEvent({ ...envelope, data_base64: Buffer.from('{"model":"m"}').toString('base64') });
    expect(reading.ok && readData(reading.event)).toEqual({ ok: true, value: { model: 'm' } });
  });
});
