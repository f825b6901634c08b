import { reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import type { Annotations, ObligationRule, Trigger } from './rule.js';
import { chapterV } from './sources.js';
import { atPlacing, atPlacingAlways, continuous, no, onRequest, openSourceExemption, placed } from './triggers.js';

/** A modifier owes Art. 53 for the modification only, unless the modified model carries systemic risk (Recital 109). */
function scopeOfModifier(s: Situation): Annotations {
  return s.modification?.significant === true && s.systemicRisk.current === null ? { scope: 'modificationOnly' } : {};
}

const duty = { kind: 'duty', transition: true, annotations: scopeOfModifier } as const;

/** Art. 53: duties of every provider of a GPAI model. */
export const article53: readonly ObligationRule[] = [
  {
    ...chapterV('Art. 53(1)(a), Annex XI'),
    ...duty,
    id: 'art-53-1-a-technical-documentation',
    title: 'Draw up the technical documentation of the model and keep it up to date',
    provision: 'Art. 53(1)(a), Annex XI',
    met: 'standing',
    trigger: placed,
    exemption: openSourceExemption,
    due: atPlacing,
  },
  {
    ...chapterV('Art. 53(1)(a), Art. 91'),
    ...duty,
    id: 'art-53-1-a-provide-on-request',
    title: 'Provide the technical documentation to the AI Office on request',
    provision: 'Art. 53(1)(a), 91',
    met: 'conduct',
    trigger: placed,
    exemption: openSourceExemption,
    due: onRequest,
  },
  {
    ...chapterV('Art. 53(1)(b), Annex XII'),
    ...duty,
    id: 'art-53-1-b-downstream-documentation',
    title: 'Have information and documentation ready for providers who integrate the model',
    provision: 'Art. 53(1)(b), Annex XII',
    met: 'standing',
    trigger: placed,
    exemption: openSourceExemption,
    due: atPlacing,
  },
  {
    ...chapterV('Art. 53(1)(c), Recital 106'),
    ...duty,
    id: 'art-53-1-c-copyright-policy',
    title: 'Put in place a policy to comply with Union copyright law',
    provision: 'Art. 53(1)(c)',
    met: 'standing',
    trigger: placed,
    due: atPlacingAlways,
  },
  {
    ...chapterV('Art. 53(1)(d), Recital 107, template of 24 July 2025'),
    ...duty,
    id: 'art-53-1-d-training-content-summary',
    title: 'Publish a summary of the content used for training',
    provision: 'Art. 53(1)(d)',
    met: 'standing',
    trigger: placed,
    due: atPlacingAlways,
  },
  {
    ...chapterV('Art. 53(1)(d), explanatory notice to the template'),
    ...duty,
    sourceStatus: 'guidelines',
    id: 'art-53-1-d-summary-update',
    title: 'Update the summary every six months while training on new data continues',
    provision: 'Art. 53(1)(d)',
    met: 'conduct',
    trigger: onTheMarket,
    due: continuous,
  },
  {
    ...chapterV('Art. 53(3)'),
    ...duty,
    id: 'art-53-3-cooperation',
    title: 'Cooperate with the Commission and national authorities',
    provision: 'Art. 53(3)',
    met: 'conduct',
    trigger: placed,
    due: onRequest,
  },
  {
    ...chapterV('Art. 53(4)'),
    ...duty,
    id: 'art-53-4-demonstrate-compliance',
    title: 'Demonstrate compliance by a code, a harmonised standard or adequate other means',
    provision: 'Art. 53(4)',
    met: 'standing',
    trigger: placed,
    due: continuous,
  },
];

function onTheMarket(s: Situation): Trigger {
  if (s.withdrawal === null) return placed(s);
  return no(reason('Art. 53(1)(d)', 'the model was withdrawn from the market', s.withdrawal.event));
}
