import { change, reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import { requestMatters, requestedUnder, replyDue, type RequestKind } from './requested.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import { enforcement } from './sources.js';
import { inWords } from './terms.js';
import { answered, continuous, gpaiModel, no, onRequest, systemicRisk } from './triggers.js';

/** Met once a request, by the answer to it. */
const requested = (provision: string, kind: RequestKind) =>
  ({
    provision,
    kind: 'duty',
    transition: false,
    matters: (s: Situation) => requestMatters(s, kind),
    trigger: (s: Situation, matter: Matter) => requestedUnder(provision, gpaiModel(s), s, matter),
    due: replyDue,
    fulfilled: (_s: Situation, matter: Matter) => answered(matter),
  }) as const;

const conduct = { transition: false, met: 'conduct', trigger: gpaiModel } as const;
const providerOrRepresentative = 'provider, or its authorised representative';

/** Chapter IX, Section 5, and Art. 101: what the Commission may ask for, and the rights beside it. */
export const enforcementDuties: readonly ObligationRule[] = [
  {
    ...enforcement('Art. 91(4)-(5)'),
    ...requested('Art. 91(4)-(5)', 'information'),
    id: 'art-91-respond-information-request',
    title: 'Answer a request for information within the period that it sets',
    terms: inWords({
      who: providerOrRepresentative,
      trigger: 'request of the Commission, perhaps after a structured dialogue',
      appliesWhen: 'GPAI model; requests from 2 August 2026 on',
      due: 'the period or date of the request; a named date is not moved',
      evidence:
        'InformationProvided; no, incorrect, incomplete or misleading information is an infringement of its own (Art. 101(1)(b))',
    }),
    met: 'once',
  },
  {
    ...enforcement('Art. 92(3)-(5)'),
    ...requested('Art. 92(3)-(5)', 'access'),
    id: 'art-92-provide-model-access',
    title: 'Give the Commission access to the model when it asks for it',
    terms: inWords({
      who: providerOrRepresentative,
      trigger: 'request for access by API or other means, source code included',
      appliesWhen: 'information under Art. 91 is insufficient, or systemic risk is investigated',
      due: 'the period of the request',
      evidence: 'access log',
    }),
    met: 'conduct',
  },
  {
    ...enforcement('Art. 93(1)'),
    ...requested('Art. 93(1)', 'measures'),
    id: 'art-93-comply-with-measures',
    title: 'Take the measures that the Commission asks for',
    terms: inWords({
      who: 'provider of the model',
      trigger: 'request to comply with Arts. 53 and 54, to mitigate, or to restrict, withdraw or recall',
      appliesWhen: 'GPAI model',
      due: 'as requested',
      evidence: 'proof of the measures',
    }),
    met: 'conduct',
  },
  {
    ...enforcement('Art. 93(3)'),
    ...requested('Art. 93(3)', 'commitments'),
    id: 'art-93-3-binding-commitments',
    title: 'Keep commitments that the Commission made binding',
    trigger: commitmentsMadeBinding,
    terms: inWords({
      who: 'provider of a GPAI model with systemic risk',
      trigger: 'commitments offered in a structured dialogue are made binding by decision',
      appliesWhen: 'systemic risk',
      due: 'as in the decision',
      evidence: 'proof; they count when a fine is set',
    }),
    met: 'conduct',
  },
  {
    ...enforcement('Arts. 88, 89(1)'),
    ...conduct,
    id: 'art-89-1-monitoring',
    title: 'The AI Office monitors compliance, adherence to a code included',
    provision: 'Arts. 88, 89(1)',
    kind: 'authorityAct',
    actor: 'aiOffice',
    terms: inWords({
      who: 'AI Office',
      trigger: 'of its own accord',
      appliesWhen: 'GPAI model',
      due: 'continuous',
      evidence: 'record of adherence',
    }),
    due: continuous,
  },
  {
    ...enforcement('Art. 89(2)'),
    ...conduct,
    id: 'art-89-2-downstream-complaint',
    title: 'Downstream providers may lodge a complaint about an infringement',
    provision: 'Art. 89(2)',
    kind: 'right',
    actor: 'downstreamProvider',
    terms: inWords({
      who: 'downstream provider',
      trigger: 'an alleged infringement',
      appliesWhen: 'GPAI model',
      due: 'no period',
      evidence: 'reasoned complaint: contact point, facts and provisions, other information',
    }),
    due: continuous,
  },
  {
    ...enforcement('Art. 90'),
    ...conduct,
    id: 'art-90-qualified-alert',
    title: 'The scientific panel may alert the AI Office to a systemic risk',
    provision: 'Art. 90',
    kind: 'authorityAct',
    actor: 'scientificPanel',
    terms: inWords({
      who: 'scientific panel',
      trigger: 'suspicion of a concrete identifiable risk, or that the conditions of Art. 51 are met',
      appliesWhen: 'GPAI model; it can start Arts. 52(4) and 91 to 94',
      due: 'no period',
    }),
    due: continuous,
  },
  {
    ...enforcement('Art. 94'),
    ...conduct,
    id: 'art-94-procedural-rights',
    title: 'Procedural rights in proceedings of the Commission',
    provision: 'Art. 94',
    kind: 'right',
    terms: inWords({
      who: 'provider of the model',
      trigger: 'proceedings',
      appliesWhen: 'GPAI model; Art. 18 of Regulation (EU) 2019/1020 by analogy',
      due: 'in the proceedings',
    }),
    due: onRequest,
  },
  {
    ...enforcement('Art. 101(2)'),
    ...conduct,
    id: 'art-101-hearing',
    title: 'Be heard on preliminary findings before a fine',
    provision: 'Art. 101(2)',
    kind: 'right',
    terms: inWords({
      who: 'provider of the model',
      trigger: 'preliminary findings',
      appliesWhen: 'GPAI model',
      due: 'the period that the Commission sets',
    }),
    due: onRequest,
  },
];

/** Only a decision makes commitments binding; the request that names Art. 93(3) records it. */
function commitmentsMadeBinding(s: Situation, matter: Matter): Trigger {
  if (matter.request === undefined) {
    return no(
      reason('Art. 93(3)', 'no commitments were made binding', ...s.registration),
      change('InformationRequested', 'a decision, recorded with the legal basis Art. 93(3)'),
    );
  }
  return requestedUnder('Art. 93(3)', systemicRisk(s), s, matter);
}
