import type { Due } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Fulfilment } from '../assessment/evidence.js';
import type { Situation } from '../assessment/situation.js';
import type { Instant } from '../time/instant.js';
import { periodFrom } from './due.js';
import { requestMatters, requestedUnder, replyDue } from './requested.js';
import type { Annotations, Matter, ObligationRule, Trigger } from './rule.js';
import { chapterV } from './sources.js';
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

/** A modifier owes Art. 53 for the modification only, unless the modified model carries systemic risk (Recital 109). */
function scopeOfModifier(s: Situation): Annotations {
  const { modification } = s;
  const isLimited = modification?.significant === true && modification.originalGpai && s.systemicRisk.current === null;
  return isLimited ? { scope: 'modificationOnly' } : {};
}

const duty = { kind: 'duty', transition: true, annotations: scopeOfModifier } as const;
const provider = 'provider of the model; a modifier who is a provider, limited to the modification';
const onPlacing = { who: provider, trigger: 'placing on the market', appliesWhen: 'GPAI model, placed' } as const;

/** Art. 53: duties of every provider of a GPAI model. */
export const article53: readonly ObligationRule[] = [
  {
    ...chapterV('Art. 53(1)(a), Annex XI'),
    ...duty,
    id: 'art-53-1-a-technical-documentation',
    title: 'Draw up the technical documentation of the model and keep it up to date',
    provision: 'Art. 53(1)(a), Annex XI',
    terms: inWords({
      ...onPlacing,
      exemptWhen: OPEN_SOURCE,
      due: 'complete at placing; where an exemption is lost later, from that instant',
      keepUpToDate: 'over the whole lifecycle',
      evidence: 'Annex XI file, section 1; with systemic risk section 2 too',
      retention: 'by the authorised representative ten years after placing',
    }),
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
    terms: inWords({
      who: provider,
      trigger: 'request of the AI Office, or of a national competent authority through it',
      appliesWhen: 'GPAI model, placed',
      exemptWhen: OPEN_SOURCE,
      due: 'the period or date of the request',
      evidence: 'InformationProvided: proof of delivery',
    }),
    met: 'conduct',
    matters: (s) => requestMatters(s, 'documentation'),
    trigger: (s, matter) => requestedUnder('Art. 53(1)(a)', placed(s), s, matter),
    exemption: openSourceExemption,
    due: replyDue,
    fulfilled: (_s, matter) => answered(matter),
  },
  {
    ...chapterV('Art. 53(1)(b), Annex XII'),
    ...duty,
    id: 'art-53-1-b-downstream-documentation',
    title: 'Have information and documentation ready for providers who integrate the model',
    provision: 'Art. 53(1)(b), Annex XII',
    terms: inWords({
      ...onPlacing,
      exemptWhen: OPEN_SOURCE,
      due: 'complete and available at placing; where an exemption is lost later, from that instant',
      keepUpToDate: 'over the whole lifecycle',
      evidence: 'Annex XII package, access log',
    }),
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
    terms: inWords({
      ...onPlacing,
      due: 'in place at placing',
      keepUpToDate: 'yes; one policy may cover all models of a provider',
      evidence: 'policy, crawler logs, handling of reservations under Art. 4(3) of Directive (EU) 2019/790',
    }),
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
    terms: inWords({
      ...onPlacing,
      due: 'public at placing at the latest',
      keepUpToDate: 'see art-53-1-d-summary-update',
      evidence: 'URL, version of the template, date',
    }),
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
    terms: inWords({
      who: provider,
      trigger: 'further training on new data after placing',
      appliesWhen: 'GPAI model, on the market',
      due: 'six months after the last summary, or sooner where the new data needs a materially significant update',
      keepUpToDate: 'recurs every six months while training continues',
      evidence: 'new version of the summary, with its date',
    }),
    met: 'recurring',
    trigger: trainedFurther,
    due: sixMonthsAfterLastSummary,
  },
  {
    ...chapterV('Art. 53(3)'),
    ...duty,
    id: 'art-53-3-cooperation',
    title: 'Cooperate with the Commission and national authorities',
    provision: 'Art. 53(3)',
    terms: inWords({
      ...onPlacing,
      trigger: 'acts of the authorities',
      due: 'as necessary',
      evidence: 'correspondence',
    }),
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
    terms: inWords({
      ...onPlacing,
      due: 'continuous',
      keepUpToDate: 'for each chapter of the Code that is signed',
      evidence: 'record of adherence, or gap analysis against the Code',
    }),
    met: 'standing',
    trigger: placed,
    due: continuous,
  },
  {
    ...chapterV('Arts. 53(7), 55(3), 78'),
    kind: 'authorityAct',
    actor: 'authorities',
    id: 'art-78-confidentiality',
    title: 'The authorities keep what they are given confidential; mark trade secrets',
    provision: 'Arts. 53(7), 55(3), 78',
    terms: inWords({
      who: 'Commission, AI Office, national authorities',
      trigger: 'anything submitted to them',
      appliesWhen: 'GPAI model',
      due: 'continuous',
      evidence: 'marking of trade secrets in what is submitted',
    }),
    transition: false,
    met: 'conduct',
    trigger: placed,
    due: continuous,
  },
];

/** The last summary counts, whether it was the first one or an update; without any, the placing does. */
function lastSummary(s: Situation): Fulfilment | null {
  const updates = ['art-53-1-d-summary-update', 'art-53-1-d-training-content-summary'].flatMap(
    (id) => s.evidence.latest(id) ?? [],
  );
  const latest = updates.sort((a, b) => b.at - a.at)[0];
  if (s.placing === null) return latest ?? null;
  return latest !== undefined && latest.at > s.placing.at ? latest : { at: s.placing.at, event: s.placing.event };
}

function trainedFurther(s: Situation): Trigger {
  const training = change('ComputeReported', 'further training on new data after placing');
  if (s.withdrawal !== null) {
    const says = 'the model was withdrawn from the market';
    return no(reason('Art. 53(1)(d)', says, s.withdrawal.event), training);
  }
  const market = placed(s);
  const since = lastSummary(s);
  if (market.answer === 'no' || market.answer === 'expected' || since === null) {
    return market.answer === 'no' ? market : no(market.because, training);
  }
  const further = s.trainedFurtherAfter(since.at);
  if (further === null) {
    return no(reason('Art. 53(1)(d)', 'no further training is recorded since the last summary', since.event), training);
  }
  const because = [reason('Art. 53(1)(d)', 'trained further since the last summary', further.event), ...market.because];
  return market.answer === 'met' ? { answer: 'met', since: further.at, because } : { ...market, because };
}

function sixMonthsAfterLastSummary(s: Situation, _matter: Matter, { answer }: Trigger): Due | null {
  const since: Instant | null = answer === 'no' ? null : (lastSummary(s)?.at ?? null);
  if (since === null) return null;
  const from = since > s.chapterVFrom ? since : s.chapterVFrom;
  const due = periodFrom(s.law, from, 'summaryUpdateInterval', 'calendarOnly');
  // Where nothing was trained for so long, the interval begins again with the training.
  const further = s.trainedFurtherAfter(since);
  return further === null || further.at < due.expiredFrom
    ? due
    : periodFrom(s.law, further.at, 'summaryUpdateInterval', 'calendarOnly');
}
