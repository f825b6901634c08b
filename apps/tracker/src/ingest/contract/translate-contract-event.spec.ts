import { readFact, readInstant } from '#libs/domain';
import { NumberLiteral } from '../read-json.js';
import { translateContractEvent } from './translate-contract-event.js';

const receivedAt = readInstant('2026-09-23T08:00:00Z');
const statedAt = readInstant('2026-09-23T07:59:58Z');

function translate(type: string, data: unknown, subject?: string) {
  return translateContractEvent({
    key: 'msg_1',
    type,
    data,
    ...(subject === undefined ? {} : { subject }),
    statedAt,
    receivedAt,
  });
}

/** The only fact that the event gives, and when it occurred. */
function factOf(type: string, data: object, resolved: { baseModelId?: string } = {}) {
  const translation = translate(type, { model: 'aurora-70b', ...data });
  if (translation.outcome !== 'translated') throw new Error(`not translated: ${JSON.stringify(translation)}`);
  const [event] = translation.events;
  if (event === undefined) throw new Error('no event');
  const fact = event.toFact({ providerId: 'northwind', ...resolved });
  // Whatever a mapping makes has to be a fact of the catalogue.
  expect(readFact('model', fact.type, fact.data)).toMatchObject({ ok: true });
  return { ...fact, occurredAt: event.occurredAt };
}

describe('compute that is reported', () => {
  const type = 'gpai.compute.reported';

  it('in total is a cumulative figure as of its own time', () => {
    expect(
      factOf(type, { flop: '9.9e24', cumulative: true, basis: 'measured', as_of: '2026-09-23T07:55:00Z' }),
    ).toEqual({
      type: 'ComputeReported',
      data: { cumulativeTrainingFlop: '9.9e24', basis: 'measured' },
      occurredAt: readInstant('2026-09-23T07:55:00Z'),
    });
  });

  it('for one run is counted under that run', () => {
    expect(factOf(type, { flop: '2e23', cumulative: false, run_id: 'r7' }).data).toEqual({ runId: 'r7', flop: '2e23' });
  });

  it('keeps all digits of a JSON number', () => {
    const flop = new NumberLiteral('10000000000000000000000001');
    expect(factOf(type, { flop, cumulative: true }).data).toEqual({
      cumulativeTrainingFlop: '10000000000000000000000001',
    });
  });

  it.each([
    ['negative', { flop: '-1', cumulative: true }, 'data.flop'],
    ['missing', { cumulative: true }, 'data.flop'],
    ['in words', { flop: 'a lot', cumulative: true }, 'data.flop'],
    ['for a run that is not named', { flop: '1e24', cumulative: false }, 'data.run_id'],
    ['neither in total nor for a run', { flop: '1e24', run_id: 'r7' }, 'data.cumulative'],
    ['of tomorrow', { flop: '1e24', cumulative: true, as_of: '2026-09-24T08:00:00Z' }, 'data.as_of'],
  ])('%s is refused with the field that is wrong', (_what, data, field) => {
    expect(translate(type, { model: 'm', ...data })).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'data_invalid', errors: [{ field }] },
    });
  });
});

describe('placing on the market', () => {
  const type = 'gpai.model.placed_on_market';

  it('happened at the beginning of its day in Brussels', () => {
    expect(factOf(type, { date: '2026-09-22', territories: ['DE', 'FR'] })).toEqual({
      type: 'ModelPlacedOnMarket',
      data: { placedBy: 'northwind', channel: 'notStated' },
      occurredAt: readInstant('2026-09-21T22:00:00Z'),
    });
  });

  it('without a day happened when it was stated', () => {
    expect(factOf(type, { channel: 'api' })).toEqual({
      type: 'ModelPlacedOnMarket',
      data: { placedBy: 'northwind', channel: 'api' },
      occurredAt: statedAt,
    });
  });

  it('on a day to come is a plan', () => {
    expect(factOf(type, { date: '2026-09-24' })).toEqual({
      type: 'PlacementPlanned',
      data: { plannedFor: '2026-09-24' },
      occurredAt: statedAt,
    });
  });

  it.each([
    [['US', 'NO'], 'translated'],
    [[], 'translated'],
    [['US', 'CH'], 'parked'],
  ])('in %j is %s', (territories, outcome) => {
    expect(translate(type, { model: 'm', territories }).outcome).toBe(outcome);
  });
});

describe('the other events of the contract', () => {
  it('a plan names its run, or else the delivery that announced it', () => {
    const planned = { planned_flop: '3.0e25', planned_start: '2026-10-01', planned_end: '2027-02-01' };
    expect(factOf('gpai.training.planned', planned).data).toEqual({
      runId: 'plan-msg_1',
      expectedCumulativeTrainingFlop: '3.0e25',
      startsOn: '2026-10-01',
      endsOn: '2027-02-01',
    });
    expect(factOf('gpai.training.planned', { ...planned, run_id: 'r1' }).data).toMatchObject({ runId: 'r1' });
  });

  it('a registration says no more than its source knows', () => {
    expect(factOf('gpai.model.registered', { version: 3 }).data).toEqual({
      name: 'aurora-70b',
      providerId: 'northwind',
    });
    expect(
      factOf('gpai.model.registered', { name: 'Aurora', output_modalities: ['text'], parameters: 7e10 }).data,
    ).toEqual({
      name: 'Aurora',
      providerId: 'northwind',
      outputModalities: ['text'],
      parameters: 7e10,
    });
  });

  it('a modification points to the base model where it is known, and else to its name', () => {
    const tuned = { base_model: 'aurora-70b', finetune_flop: '2.9e24' };
    const type = 'gpai.model.fine_tuned';
    expect(factOf(type, tuned, { baseModelId: 'm9' }).data).toMatchObject({ base: { modelId: 'm9' } });
    expect(factOf(type, tuned).data).toEqual({
      modifierId: 'northwind',
      modificationFlop: '2.9e24',
      base: { name: 'aurora-70b' },
    });
  });

  it('an incident leaves open what nobody has established', () => {
    const data = { incident_id: 'INC-31', severity: 'serious', started_at: '2026-09-23T05:00:00Z' };
    expect(factOf('gpai.incident.observed', data)).toEqual({
      type: 'IncidentObserved',
      data: { incidentId: 'INC-31', harms: [], modelInvolvement: 'unknown' },
      occurredAt: statedAt,
    });
  });

  it('an open release needs all that the exemption turns on', () => {
    const data = {
      model: 'm',
      licence: 'Apache-2.0',
      weights_public: true,
      architecture_public: true,
      monetised: false,
    };
    expect(translate('gpai.model.open_sourced', data)).toMatchObject({
      outcome: 'refused',
      refusal: { errors: [{ field: 'data.usage_info_public' }] },
    });
    expect(factOf('gpai.model.open_sourced', { ...data, usage_info_public: true }).type).toBe('OpenSourced');
  });

  it('a document is evidence for the obligation of its kind', () => {
    const published = { kind: 'Copyright policy', url: 'https://docs.example/copyright' };
    expect(factOf('gpai.documentation.published', published).data).toEqual({
      obligationId: 'art-53-1-c-copyright-policy',
      title: 'Copyright policy',
      uri: 'https://docs.example/copyright',
    });
  });

  it('a withdrawal of a day to come is refused', () => {
    expect(translate('gpai.model.withdrawn', { model: 'm', date: '2026-09-24' }).outcome).toBe('refused');
    expect(factOf('gpai.model.withdrawn', { date: '2026-09-23' }).occurredAt).toBe(readInstant('2026-09-22T22:00:00Z'));
  });

  it('the model may be named by the subject alone', () => {
    expect(translate('gpai.model.registered', {}, 'boreal')).toMatchObject({ events: [{ model: { ref: 'boreal' } }] });
    expect(translate('gpai.model.registered', {})).toMatchObject({ refusal: { errors: [{ field: 'data.model' }] } });
  });

  it('types of other contracts are acknowledged, also those that every object has by birth', () => {
    expect(translate('contact.created', {})).toEqual({ outcome: 'acknowledged', reason: 'event_type_unknown' });
    expect(translate('constructor', {})).toEqual({ outcome: 'acknowledged', reason: 'event_type_unknown' });
  });

  it('an envelope from the future is refused, a clock that is a little ahead is not', () => {
    const event = { key: 'k', type: 'gpai.model.registered', data: { model: 'm' }, receivedAt };
    const ahead = translateContractEvent({ ...event, statedAt: readInstant('2026-09-23T08:04:00Z') });
    expect(ahead).toMatchObject({ outcome: 'translated', events: [{ occurredAt: receivedAt }] });
    const future = translateContractEvent({ ...event, statedAt: readInstant('2026-09-23T09:00:00Z') });
    expect(future).toMatchObject({ outcome: 'refused', refusal: { reason: 'data_invalid' } });
  });
});
