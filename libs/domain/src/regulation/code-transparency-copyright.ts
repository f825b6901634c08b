import type { Due } from '../assessment/assessment.js';
import { reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import { measureOf } from './code-signature.js';
import { keepUntil, periodFrom } from './due.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import {
  answered,
  atPlacing,
  atPlacingAlways,
  continuous,
  onRequest,
  openSourceExemption,
  placed,
} from './triggers.js';

/** Transparency chapter: does not bind for open-source models that qualify and carry no systemic risk. */
const transparency: readonly ObligationRule[] = [
  measureOf('transparency', {
    measure: '1.1',
    id: 'code-t-1-1-model-documentation',
    title: 'Document the model by the Model Documentation Form and keep previous versions for ten years',
    met: 'standing',
    trigger: placed,
    exemption: openSourceExemption,
    due: keptTenYearsAfterPlacing,
  }),
  measureOf('transparency', {
    measure: '1.2',
    id: 'code-t-1-2-contact',
    title: 'Publish a contact for requests of the AI Office and of downstream providers',
    met: 'standing',
    trigger: placed,
    exemption: openSourceExemption,
    due: atPlacing,
  }),
  measureOf('transparency', {
    measure: '1.2',
    id: 'code-t-1-2-ai-office',
    title: 'Give the AI Office the documentation within the period of its request',
    met: 'conduct',
    trigger: placed,
    exemption: openSourceExemption,
    due: onRequest,
  }),
  measureOf('transparency', {
    measure: '1.2',
    id: 'code-t-1-2-downstream-14d',
    title: 'Answer requests of downstream providers within 14 days',
    met: 'once',
    matters: ({ downstreamRequests: requests }) =>
      requests.length === 0 ? [{ key: null }] : requests.map((request) => ({ key: request.id, request })),
    trigger: asked,
    exemption: openSourceExemption,
    due: fourteenDaysFromRequest,
    fulfilled: (_s, matter) => answered(matter),
  }),
  measureOf('transparency', {
    measure: '1.3',
    id: 'code-t-1-3-quality',
    title: 'Keep the documentation correct, complete and protected against alteration',
    met: 'standing',
    trigger: placed,
    exemption: openSourceExemption,
    due: continuous,
  }),
];

const copyright: readonly ObligationRule[] = (
  [
    ['1.1', 'code-c-1-1', 'Draw up, keep up to date and implement a copyright policy', 'standing'],
    ['1.2', 'code-c-1-2', 'Reproduce only lawfully accessible content when crawling', 'conduct'],
    ['1.3', 'code-c-1-3', 'Identify and comply with rights reservations when crawling', 'conduct'],
    ['1.4', 'code-c-1-4', 'Mitigate the risk of output that infringes copyright', 'conduct'],
    ['1.5', 'code-c-1-5', 'Designate a contact and handle complaints in reasonable time', 'standing'],
  ] as const
).map(([measure, id, title, met]) =>
  measureOf('copyright', {
    measure,
    id,
    title,
    met,
    trigger: placed,
    due: met === 'standing' ? atPlacingAlways : continuous,
  }),
);

export const transparencyAndCopyright: readonly ObligationRule[] = [...transparency, ...copyright];

export function keptTenYearsAfterPlacing(s: Situation): Due | null {
  return s.placing === null ? null : keepUntil(s.placing.at, s.law.value('codeDocumentationRetention', s.placing.at));
}

function asked(s: Situation, { request }: Matter): Trigger {
  const model = placed(s);
  if (request === undefined) return model;
  const says = reason('Code of Practice, Transparency 1.2', `${request.from} asked for information`, request.event);
  if (model.answer !== 'met') return { ...model, because: [...model.because, says] };
  return { answer: 'met', since: request.at, because: [says, ...model.because] };
}

function fourteenDaysFromRequest(s: Situation, matter: Matter, trigger: Trigger): Due | null {
  const { request } = matter;
  if (request === undefined) return onRequest(s, matter, trigger);
  return periodFrom(request.at, s.law.value('codeDownstreamReply', request.at), 'codeCalendar');
}
