import { readInstant } from '#libs/domain';
import type { HookRequest } from '../source.js';
import { cloudEvents } from './cloudevents.js';

function batchRequest(events: readonly object[]): HookRequest {
  return {
    method: 'POST',
    suffix: '',
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: Buffer.from(JSON.stringify(events)),
    receivedAt: readInstant('2026-09-22T06:00:01Z'),
  };
}

const registered = (id: string, data: object = { model: 'm1' }) => ({
  specversion: '1.0',
  id,
  source: '//pipelines',
  type: 'gpai.model.registered',
  data,
});
const inference = {
  specversion: '1.0',
  id: 'i-1',
  source: 'http://predictor',
  type: 'org.kubeflow.serving.inference.request',
  data: { instances: [['a private question']] },
};

function opened(request: HookRequest) {
  const opening = cloudEvents.open(request);
  if (opening.outcome === 'refused') throw new Error(opening.refusal.detail);
  return opening.delivery;
}

describe('a batch of CloudEvents', () => {
  it('gives each event the identity that it has alone', () => {
    const single = { ...batchRequest([]), headers: { 'content-type': 'application/cloudevents+json' } };
    const alone = opened({ ...single, body: Buffer.from(JSON.stringify(registered('a'))) });
    const translation = opened(batchRequest([registered('a'), registered('b')])).translate();
    expect(translation).toMatchObject({
      outcome: 'translated',
      events: [{ key: alone.key }, { key: expect.any(String) as unknown }],
    });
  });

  it('is refused as a whole when one envelope is wrong', () => {
    expect(cloudEvents.open(batchRequest([registered('a'), { ...registered('b'), source: '' }]))).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'cloudevent_invalid', detail: expect.stringContaining('Event 1 of the batch') as unknown },
    });
  });

  it('is refused as a whole when the data of one event are wrong', () => {
    expect(opened(batchRequest([registered('a'), registered('b', {})])).translate()).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'data_invalid' },
    });
  });

  it('keeps what is of use and none of what people asked a model', () => {
    const delivery = opened(batchRequest([registered('a'), inference]));
    expect(delivery.translate()).toMatchObject({ outcome: 'translated', events: [{ type: 'ModelRegistered' }] });
    expect(String(delivery.bodyToKeep)).toContain('"m1"');
    expect(String(delivery.bodyToKeep)).not.toContain('private question');
  });

  it('is parked when a part of it waits for a person, and gives the rest', () => {
    const unknownKind = {
      ...registered('c', { model: 'm1', kind: 'poem', url: 'https://docs.example/poem' }),
      type: 'gpai.documentation.published',
    };
    expect(opened(batchRequest([registered('a'), unknownKind])).translate()).toMatchObject({
      outcome: 'parked',
      reason: 'value_unparseable',
      events: [{ type: 'ModelRegistered' }],
    });
  });
});
