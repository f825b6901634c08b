import type { Due } from '../assessment/assessment.js';
import { reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import { onFixedDate } from './due.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import { enforcement } from './sources.js';
import { answered, gpaiModel, no, onRequest } from './triggers.js';

/** Arts. 91 to 93: what the Commission may ask for. Requests bind from 2 August 2026. */
export const enforcementDuties: readonly ObligationRule[] = [
  {
    ...enforcement('Art. 91(4)-(5)'),
    id: 'art-91-respond-information-request',
    title: 'Answer a request for information within the period that it sets',
    provision: 'Art. 91(4)-(5)',
    kind: 'duty',
    transition: false,
    met: 'once',
    matters: ({ requests }) =>
      requests.length === 0 ? [{ key: null }] : requests.map((request) => ({ key: request.id, request })),
    trigger: requested,
    due: replyDue,
    fulfilled: (_s, matter) => answered(matter),
  },
  {
    ...enforcement('Art. 92(3)-(5)'),
    id: 'art-92-provide-model-access',
    title: 'Give the Commission access to the model when it asks for it',
    provision: 'Art. 92(3)-(5)',
    kind: 'duty',
    transition: false,
    met: 'conduct',
    trigger: gpaiModel,
    due: onRequest,
  },
  {
    ...enforcement('Art. 93(1)'),
    id: 'art-93-comply-with-measures',
    title: 'Take the measures that the Commission asks for',
    provision: 'Art. 93(1)',
    kind: 'duty',
    transition: false,
    met: 'conduct',
    trigger: gpaiModel,
    due: onRequest,
  },
  {
    ...enforcement('Art. 101(2)'),
    id: 'art-101-hearing',
    title: 'Be heard on preliminary findings before a fine',
    provision: 'Art. 101(2)',
    kind: 'right',
    transition: false,
    met: 'conduct',
    trigger: gpaiModel,
    due: onRequest,
  },
  {
    ...enforcement('Arts. 88, 89(1)'),
    id: 'art-89-1-monitoring',
    title: 'The AI Office monitors compliance, adherence to a code included',
    provision: 'Arts. 88, 89(1)',
    kind: 'authorityAct',
    transition: false,
    met: 'conduct',
    trigger: gpaiModel,
    due: () => ({ kind: 'continuous' }),
  },
];

function requested(s: Situation, { request }: Matter): Trigger {
  const model = gpaiModel(s);
  if (request === undefined) return model;
  const asked = reason('Art. 91', `${request.from} asked for information`, request.event);
  if (request.at < s.enforcementFrom) {
    return no(asked, reason('Art. 113', 'requests of the Commission bind from 2 August 2026 only'));
  }
  if (model.answer !== 'met') return { ...model, because: [...model.because, asked] };
  return { answer: 'met', since: request.at, because: [asked, ...model.because] };
}

/** The period or date that the request sets; a named date is not moved. */
function replyDue(s: Situation, matter: Matter, trigger: Trigger): Due | null {
  const { request } = matter;
  if (trigger.answer === 'no') return null;
  return request?.replyBy == null ? onRequest(s, matter, trigger) : onFixedDate(request.replyBy);
}
