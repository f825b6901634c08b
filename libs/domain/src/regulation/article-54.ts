import type { Due } from '../assessment/assessment.js';
import { reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import { keepUntil } from './due.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import { chapterV } from './sources.js';
import { beforePlacing, continuous, no, openSourceExemption, thirdCountryProvider } from './triggers.js';

/** Art. 54: the authorised representative of a provider from a third country. */
export const article54: readonly ObligationRule[] = [
  {
    ...chapterV('Art. 54(1)'),
    id: 'art-54-1-appoint-authorised-representative',
    title: 'Appoint an authorised representative in the Union by written mandate',
    provision: 'Art. 54(1)',
    kind: 'duty',
    transition: true,
    met: 'standing',
    trigger: thirdCountryProvider,
    exemption: openSourceExemption,
    due: beforePlacing,
    fulfilled: ({ representative }) =>
      representative === null ? null : { at: representative.since, event: representative.event },
  },
  {
    ...chapterV('Art. 54(2)'),
    id: 'art-54-2-enable-representative',
    title: 'Enable the authorised representative to perform its tasks',
    provision: 'Art. 54(2)',
    kind: 'duty',
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
    transition: true,
    met: 'conduct',
    trigger: mandateInForce,
    exemption: openSourceExemption,
    due: tenYearsAfterPlacing,
  },
  {
    ...chapterV('Art. 54(5)'),
    id: 'art-54-5-representative-terminate',
    title: 'The representative ends the mandate where the provider acts contrary to its obligations',
    provision: 'Art. 54(5)',
    kind: 'duty',
    transition: false,
    met: 'conduct',
    trigger: mandateInForce,
    exemption: openSourceExemption,
    due: continuous,
  },
];

function mandateInForce(s: Situation): Trigger {
  const base = thirdCountryProvider(s);
  if (base.answer === 'no') return base;
  if (s.representative === null)
    return no(reason('Art. 54(3)', 'no mandate of an authorised representative is in force'));
  const mandate = reason('Art. 54(3)', `${s.representative.name} accepted the mandate`, s.representative.event);
  return { ...base, because: [mandate, ...base.because] };
}

function tenYearsAfterPlacing(s: Situation, _matter: Matter, trigger: Trigger): Due | null {
  if (trigger.answer === 'no') return null;
  if (s.placing === null) return { kind: 'continuous' };
  return keepUntil(s.placing.at, s.law.value('representativeRetention', s.placing.at));
}
