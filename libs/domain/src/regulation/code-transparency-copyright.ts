import type { Due } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import { measureOf } from './code-signature.js';
import { keepUntil, periodFrom } from './due.js';
import { replyDue, requestedUnder, requestMatters } from './requested.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import { codeOfPractice } from './sources.js';
import { inWords, OPEN_SOURCE } from './terms.js';
import {
  answered,
  atPlacing,
  atPlacingAlways,
  continuous,
  no,
  onRequest,
  openSourceExemption,
  placed,
} from './triggers.js';

const documentation = ['art-53-1-a-technical-documentation', 'art-53-1-b-downstream-documentation'];

/** Transparency chapter: does not bind for open-source models that qualify and carry no systemic risk. */
const transparency: readonly ObligationRule[] = [
  measureOf('transparency', {
    measure: '1.1',
    id: 'code-t-1-1-model-documentation',
    title: 'Document the model by the Model Documentation Form and keep previous versions for ten years',
    terms: {
      trigger: 'placing on the market',
      exemptWhen: OPEN_SOURCE,
      due: 'all items documented at placing',
      keepUpToDate: 'on relevant change',
      evidence: 'Model Documentation Form, its versions',
      retention: 'previous versions ten years after placing; withdrawal does not end it',
      details: documentation,
    },
    met: 'standing',
    trigger: placed,
    exemption: openSourceExemption,
    due: keptTenYearsAfterPlacing,
  }),
  measureOf('transparency', {
    measure: '1.2',
    id: 'code-t-1-2-contact',
    title: 'Publish a contact for requests of the AI Office and of downstream providers',
    terms: {
      trigger: 'placing on the market',
      exemptWhen: OPEN_SOURCE,
      due: 'at placing',
      evidence: 'where the contact is published',
      details: documentation,
    },
    met: 'standing',
    trigger: placed,
    exemption: openSourceExemption,
    due: atPlacing,
  }),
  measureOf('transparency', {
    measure: '1.2',
    id: 'code-t-1-2-ai-office',
    title: 'Give the AI Office the documentation within the period of its request',
    terms: {
      trigger: 'request of the AI Office',
      exemptWhen: OPEN_SOURCE,
      due: 'the period of the request',
      evidence: 'InformationProvided',
      details: ['art-53-1-a-provide-on-request'],
    },
    met: 'conduct',
    matters: (s) => requestMatters(s, 'documentation'),
    trigger: (s, matter) => requestedUnder('Code of Practice, Transparency 1.2', placed(s), s, matter),
    exemption: openSourceExemption,
    due: replyDue,
    fulfilled: (_s, matter) => answered(matter),
  }),
  measureOf('transparency', {
    measure: '1.2',
    id: 'code-t-1-2-downstream-14d',
    title: 'Answer requests of downstream providers within 14 days',
    terms: {
      trigger: 'request of a downstream provider for further necessary information',
      exemptWhen: OPEN_SOURCE,
      due: 'within a reasonable time, at the latest 14 calendar days after the request, save exceptional circumstances',
      evidence: 'DownstreamInformationProvided',
      details: ['art-53-1-b-downstream-documentation'],
    },
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
    terms: {
      trigger: 'the documentation',
      exemptWhen: OPEN_SOURCE,
      due: 'continuous',
      evidence: 'controls of quality and integrity',
      details: documentation,
    },
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
    terms: {
      trigger: 'placing on the market',
      due: met === 'standing' ? 'in place at placing' : 'continuous',
      keepUpToDate: met === 'standing' ? 'yes' : null,
      evidence: met === 'standing' ? 'policy, published contact' : 'logs and measures',
      details: ['art-53-1-c-copyright-policy'],
    },
    met,
    trigger: placed,
    due: met === 'standing' ? atPlacingAlways : continuous,
  }),
);

/** Art. 56(5) binds participants of a code; it names no period, so that the Code's own reports serve. */
const codeReporting: ObligationRule = {
  ...codeOfPractice('Art. 56(5) of the Act'),
  id: 'art-56-5-code-reporting',
  title: 'Report regularly to the AI Office on the implementation of the commitments and their outcomes',
  provision: 'Art. 56(5)',
  kind: 'duty',
  terms: inWords({
    who: 'participants of a code',
    trigger: 'signature',
    appliesWhen: 'a chapter of the Code is signed',
    due: 'regularly, in proportion to size; the Act names no period',
    keepUpToDate: 'recurring',
    evidence: 'reports',
  }),
  transition: false,
  met: 'conduct',
  trigger: signedAny,
  due: continuous,
};

export const transparencyAndCopyright: readonly ObligationRule[] = [...transparency, ...copyright, codeReporting];

export function keptTenYearsAfterPlacing(s: Situation): Due | null {
  return s.placing === null ? null : keepUntil(s.law, s.placing.at, 'codeDocumentationRetention');
}

function signedAny(s: Situation): Trigger {
  const model = placed(s);
  const first = [...s.signedSince.values()].sort((a, b) => a.at - b.at)[0];
  if (first === undefined) {
    return no(
      reason('Art. 56(5)', 'the provider has signed no chapter of the Code', ...s.registration),
      change('CodeOfPracticeSigned', 'the provider signs a chapter'),
    );
  }
  const signed = reason('Art. 56(5)', 'the provider has signed', first.event);
  if (model.answer !== 'met') return { ...model, because: [...model.because, signed] };
  return { answer: 'met', since: first.at > model.since ? first.at : model.since, because: [signed, ...model.because] };
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
  return periodFrom(s.law, request.at, 'codeDownstreamReply', 'codeCalendar');
}
