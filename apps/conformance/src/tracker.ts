import {
  type AssessmentJson,
  eventsOf,
  type Expectation,
  derivedFactTypes,
  modelsToAsk,
  type Scenario,
  type ScenarioAnswers,
  type ScenarioEvent,
} from '#libs/domain';
import { randomBytes } from 'node:crypto';
import { type Examinee, NoAnswer, NotRun, problemInWords } from './examinee.js';
import { idsOfItsOwn, type OwnIds } from './own-ids.js';

const requestTimeoutMs = 30_000;
/** Enough to hide the way there and back, and few enough to leave the tracker to its other users. */
const casesAtOnceMax = 8;
/** What a tracker takes in one request. */
const factsMax = 500;

/** No case can be put to the tracker: it cannot be reached, or does not let us in. */
export class UnusableTracker extends Error {
  override readonly name = 'UnusableTracker';
}

/** `exclusive`: nobody else uses the tracker, so that the law itself may be amended there. */
export type TrackerOptions = { readonly url: string; readonly token: string; readonly exclusive: boolean };

/** A tracker as examinee, over HTTP. @throws UnusableTracker when it does not answer or refuses the token */
export async function connectTracker(options: TrackerOptions): Promise<Examinee> {
  const call = caller(options);
  await answerTo(call('GET', '/v1/models?limit=1'));
  const run = randomBytes(5).toString('hex');
  let scenarios = 0;
  return {
    casesAtOnceMax,
    answerScenario: async (scenario, expectation) => {
      const events = eventsOf(scenario);
      refuseWhatCannotBeAsked(scenario, events, options.exclusive);
      scenarios += 1;
      const ids = idsOfItsOwn(`conformance-${run}-${scenarios}-`);
      const position = await record(call, events, ids);
      return ask(call, scenario, expectation, { ids, position });
    },
    answerDeadline: async (input) => (await answerTo(call('POST', '/v1/deadlines', input))).json as Json,
  };
}

type Json = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number; readonly text: string; readonly json: unknown };
type Call = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answer>;

function caller({ url, token }: TrackerOptions): Call {
  const base = url.replace(/\/+$/, '');
  return async (method, path, body) => {
    let status: number, text: string;
    try {
      const response = await fetch(base + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      ({ status } = response);
      text = await response.text();
    } catch (error) {
      const { message, cause } = error as Error;
      throw new UnusableTracker(`${base} cannot be reached: ${cause instanceof Error ? cause.message : message}`);
    }
    const json = parseJson(text);
    if (status === 401 || status === 403)
      throw new UnusableTracker(`${method} ${path} was refused: ${inWords(json, text)}`);
    return { status, text, json };
  };
}

/** @throws NoAnswer when it is a problem */
async function answerTo(called: Promise<Answer>): Promise<Answer> {
  const answer = await called;
  if (answer.status < 300) return answer;
  throw new NoAnswer(`answered ${answer.status}: ${inWords(answer.json, answer.text)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const shownCharactersMax = 500;

/** What a problem (RFC 9457) says, or else the beginning of the answer. */
function inWords(json: unknown, text: string): string {
  const { title, detail, errors } = (json ?? {}) as { title?: string; detail?: string; errors?: FieldError[] };
  if (title === undefined) return text.slice(0, shownCharactersMax);
  const fields = (errors ?? []).map(({ field, expected, found }) => problemInWords({ path: field, expected, found }));
  return `${title}. ${fields.length > 0 ? fields.join('; ') : (detail ?? '')}`;
}

type FieldError = { readonly field: string; readonly expected: string; readonly found: string };

function refuseWhatCannotBeAsked(
  { asOf, knownAt = asOf }: Scenario,
  events: readonly ScenarioEvent[],
  exclusive: boolean,
): void {
  if (!exclusive && events.some(({ subject }) => subject.kind === 'regulation')) {
    throw new NotRun('it amends the law for every model of the tracker; give it one of its own and say --exclusive');
  }
  const turnsOnRecording = events.some(
    ({ at, recordedAt, type }) =>
      Date.parse(recordedAt) > Date.parse(knownAt) && (Date.parse(at) <= Date.parse(asOf) || isMending(type)),
  );
  if (turnsOnRecording) {
    throw new NotRun('it turns on when a fact was recorded, and a tracker records facts when they arrive');
  }
}

/** Records the events in the order in which they became known; those about one subject that follow on each other go in one request. */
async function record(call: Call, known: readonly ScenarioEvent[], ids: OwnIds): Promise<string> {
  const events = [...known].sort((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt));
  let position = '0';
  for (let start = 0, end = 0; start < events.length; start = end) {
    const first = events[start] as ScenarioEvent;
    end = start + 1;
    while (end - start < factsMax && joins(events[end], first)) end += 1;
    const group = events.slice(start, end);
    const body = group.map(({ type, at, data }) => ({ type, occurredAt: at, data: ids.inData(data) }));
    const path = pathOf(first, ids);
    const { json } = await answerTo(call('POST', path, first.subject.kind === 'regulation' ? body[0] : body));
    const receipt = json as { events: readonly { id: string; type: string }[]; position: string };
    const recorded = receipt.events.filter(({ type }) => !isDerived(type));
    // A fact that says nothing new is not recorded again, and then it does not show which event is which.
    if (recorded.length === group.length) group.forEach(({ id }, index) => ids.remember(id, recorded[index]?.id));
    position = receipt.position;
  }
  return position;
}

/**
 * Whether an event goes in one request with those before it. Amendments of the law are taken one at a time, and a
 * correction names an event by an id that only an answer tells.
 */
function joins(event: ScenarioEvent | undefined, { subject: first }: ScenarioEvent): boolean {
  if (event === undefined || isMending(event.type)) return false;
  const { subject } = event;
  return subject.kind !== 'regulation' && first.kind === subject.kind && first.id === subject.id;
}

const isMending = (type: string): boolean => type === 'FactCorrected' || type === 'FactRetracted';

const derived: ReadonlySet<string> = derivedFactTypes;
const isDerived = (type: string): boolean => derived.has(type);

function pathOf({ subject }: ScenarioEvent, ids: OwnIds): string {
  if (subject.kind === 'regulation') return '/v1/regulation/facts';
  return `/v1/${subject.kind}s/${encodeURIComponent(ids.own(subject.id))}/facts`;
}

async function ask(
  call: Call,
  scenario: Scenario,
  expectation: Expectation,
  { ids, position }: { ids: OwnIds; position: string },
): Promise<ScenarioAnswers> {
  const { asOf, lawAsOf = asOf } = scenario;
  const assessments = new Map<string, AssessmentJson>();
  for (const model of modelsToAsk(scenario, expectation)) {
    const query = new URLSearchParams({ at: asOf, lawAsOf, minPosition: position });
    const called = call('GET', `/v1/models/${encodeURIComponent(ids.own(model))}/assessment?${query.toString()}`);
    // Nothing is known of it: for the comparison to say.
    if ((await called).status === 404) continue;
    const { text } = await answerTo(called);
    assessments.set(model, JSON.parse(ids.asGiven(text)) as AssessmentJson);
  }
  const fineCeilings = new Map<number, number>();
  for (const { turnoverEur } of expectation.fineCeilings) {
    const query = new URLSearchParams({ turnoverEur: String(turnoverEur), at: asOf });
    const { json } = await answerTo(call('GET', `/v1/regulation/fine-ceiling?${query.toString()}`));
    fineCeilings.set(turnoverEur, (json as { ceilingEur: number }).ceilingEur);
  }
  return { assessments, fineCeilings };
}
