import type { Due } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import { keepUntil, lateFrom } from './due.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import { chapterV } from './sources.js';
import { inWords, OPEN_SOURCE } from './terms.js';
import { beforePlacing, continuous, no, openSourceExemption, thirdCountryProvider } from './triggers.js';

const thirdCountry = 'provider established outside the Union';
const representative = 'authorised representative';

/** Art. 54: the authorised representative of a provider from a third country. */
export const article54: readonly ObligationRule[] = [
  {
    ...chapterV('Art. 54(1)'),
    id: 'art-54-1-appoint-authorised-representative',
    title: 'Appoint an authorised representative in the Union by written mandate',
    provision: 'Art. 54(1)',
    kind: 'duty',
    terms: inWords({
      who: thirdCountry,
      trigger: 'intention to place the model on the market; the end of the mandate',
      appliesWhen: 'GPAI model, placed or about to be',
      exemptWhen: OPEN_SOURCE,
      due: 'before placing; where a mandate ended, at once: the text names no period',
      keepUpToDate: 'while the model is placed',
      evidence: 'AuthorisedRepresentativeAppointed: written mandate, accepted, with the tasks of Art. 54(3)',
    }),
    transition: true,
    met: 'standing',
    trigger: placedOrIntended,
    exemption: openSourceExemption,
    due: beforePlacingOrAtOnce,
    fulfilled: ({ mandates }) => mandates.unbrokenSince,
    annotations: ({ mandates }) =>
      mandates.inForce === null && mandates.outsideTheUnion !== null
        ? { flags: ['representative-outside-the-union'] }
        : {},
  },
  {
    ...chapterV('Art. 54(2)'),
    id: 'art-54-2-enable-representative',
    title: 'Enable the authorised representative to perform its tasks',
    provision: 'Art. 54(2)',
    kind: 'duty',
    terms: inWords({
      who: thirdCountry,
      trigger: 'the mandate',
      appliesWhen: 'GPAI model, placed or about to be',
      exemptWhen: OPEN_SOURCE,
      due: 'continuous',
      evidence: 'access and resources given to the representative',
    }),
    transition: true,
    met: 'standing',
    trigger: thirdCountryProvider,
    exemption: openSourceExemption,
    due: continuous,
  },
  {
    ...chapterV('Art. 54(3)'),
    id: 'art-54-3-representative-tasks',
    title: 'The representative verifies the documentation, keeps it for ten years and cooperates',
    provision: 'Art. 54(3)',
    kind: 'duty',
    actor: 'authorisedRepresentative',
    terms: inWords({
      who: representative,
      trigger: 'the mandate; a reasoned request',
      appliesWhen: 'a mandate is in force',
      exemptWhen: OPEN_SOURCE,
      due: 'verification continuous; the file is kept for ten years after placing; information and mandate on request',
      keepUpToDate: 'yes',
      evidence: 'files; a copy of the mandate in an official language of the Union',
      retention: 'ten years after placing',
    }),
    transition: true,
    met: 'conduct',
    trigger: mandateInForce,
    exemption: openSourceExemption,
    due: tenYearsAfterPlacing,
  },
  {
    ...chapterV('Art. 54(4)'),
    id: 'art-54-4-addressee',
    title: 'The representative can be addressed in addition to or instead of the provider',
    provision: 'Art. 54(4)',
    kind: 'duty',
    actor: 'authorisedRepresentative',
    terms: inWords({
      who: representative,
      trigger: 'the AI Office or a competent authority turns to it',
      appliesWhen: 'a mandate is in force',
      exemptWhen: OPEN_SOURCE,
      due: 'on request',
      evidence: 'the clause of the mandate',
    }),
    transition: true,
    met: 'conduct',
    trigger: mandateInForce,
    exemption: openSourceExemption,
    due: (_s, _matter, { answer }) => (answer === 'no' ? null : { kind: 'onRequest' }),
  },
  {
    ...chapterV('Art. 54(5)'),
    id: 'art-54-5-representative-terminate',
    title: 'The representative ends the mandate where the provider acts contrary to its obligations',
    provision: 'Art. 54(5)',
    kind: 'duty',
    actor: 'authorisedRepresentative',
    terms: inWords({
      who: representative,
      trigger: 'it considers, or has reason to consider, that the provider acts contrary to its obligations',
      appliesWhen: 'a mandate is in force',
      exemptWhen: OPEN_SOURCE,
      due: 'the AI Office is informed immediately, with reasons',
      evidence: 'letter to the AI Office',
    }),
    transition: false,
    met: 'conduct',
    trigger: mandateInForce,
    exemption: openSourceExemption,
    due: continuous,
  },
];

/** The appointment is owed prior to placing: it binds who intends to place, and not only who has. */
function placedOrIntended(s: Situation): Trigger {
  const trigger = thirdCountryProvider(s);
  const { plannedPlacing } = s;
  if (trigger.answer !== 'expected' || plannedPlacing === null || plannedPlacing.at <= s.at) return trigger;
  return { answer: 'met', since: plannedPlacing.since, because: trigger.because };
}

/** The mandate has to be there before placing, and a new one at once where it ended since. */
function beforePlacingOrAtOnce(s: Situation, _matter: Matter, trigger: Trigger): Due | null {
  const due = trigger.answer === 'no' ? null : beforePlacing(s);
  const late = lateFrom(due);
  const { lastGap } = s.mandates;
  return lastGap !== null && late !== null && s.placing !== null && lastGap.at > late
    ? { kind: 'from', at: lastGap.at }
    : due;
}

function mandateInForce(s: Situation): Trigger {
  const base = thirdCountryProvider(s);
  if (base.answer === 'no') return base;
  const { inForce, lastGap } = s.mandates;
  if (inForce === null) {
    const says = lastGap === null ? 'no mandate of an authorised representative is recorded' : 'the mandate has ended';
    return no(
      reason('Art. 54(3)', says, ...(lastGap === null ? s.provider.events : [lastGap.event])),
      change('AuthorisedRepresentativeAppointed', 'a representative in the Union accepts the mandate'),
    );
  }
  const mandate = reason('Art. 54(3)', `${inForce.name} accepted the mandate`, inForce.event);
  return { ...base, because: [mandate, ...base.because] };
}

function tenYearsAfterPlacing(s: Situation, _matter: Matter, trigger: Trigger): Due | null {
  if (trigger.answer === 'no') return null;
  if (s.placing === null) return { kind: 'continuous' };
  return keepUntil(s.law, s.placing.at, 'representativeRetention');
}
