import type { RecordedFact } from '../history/recorded-fact.js';
import type { OpenRelease } from '../model/model-facts.js';
import {
  isMonetisation,
  isToleratedRestriction,
  openSourceRights,
  reviewedLicence,
} from '../regulation/open-licences.js';
import type { Instant } from '../time/instant.js';
import type { Interval } from './assessment.js';
import { reason } from './reason.js';
import type { OpenSource } from './situation.js';

const PROVISION = 'Art. 53(2), Guidelines s. 4';

/** The state of the release as of the last fact. Systemic risk, which voids the exemption, is not looked at here. */
export function openSourceOf(facts: readonly RecordedFact[]): OpenSource {
  const none = 'no release under a free and open-source licence is recorded';
  let finding: Finding = { state: 'none', says: none, conditions: [none] };
  let because = reason(PROVISION, none);
  let lost: { at: Instant; because: typeof because } | null = null;
  const intervals: Interval[] = [];
  for (const fact of facts) {
    if (fact.type !== 'OpenSourced' && fact.type !== 'OpenSourceEnded') continue;
    const before = finding.state;
    finding = fact.type === 'OpenSourced' ? testRelease(fact.data) : ended(fact.data.reason);
    because = reason(PROVISION, finding.says, fact.id);
    const at = fact.occurredAt;
    if (finding.state === 'qualifies') {
      lost = null;
      if (before !== 'qualifies') intervals.push({ from: at, until: null, because: [because] });
    } else if (before === 'qualifies') {
      lost = { at, because };
      const open = intervals.pop();
      if (open !== undefined) intervals.push({ ...open, until: at, because: [...open.because, because] });
    }
  }
  return { state: finding.state, because, conditions: finding.conditions, lost, intervals };
}

type Finding = { readonly state: OpenSource['state']; readonly says: string; readonly conditions: readonly string[] };

function ended(why: string): Finding {
  const says = `the open-source release has ended: ${why}`;
  return { state: 'fails', says, conditions: [says] };
}

/**
 * The conditions of Art. 53(2) and section 4 of the Guidelines. All must hold at the same time; each that fails, and each
 * that nobody has stated, is named.
 */
function testRelease(release: OpenRelease): Finding {
  const failing: string[] = [];
  const unstated: string[] = [];
  if (!release.weightsPublic) failing.push('the weights are not public');
  if (!release.architecturePublic) failing.push('the information on the architecture is not public');
  if (!release.usageInformationPublic) failing.push('the information on usage is not public');
  const monetised = isMonetisation(release.monetised, release.monetisation);
  if (monetised === 'contradictory') {
    unstated.push(`stated not to be monetised, and yet "${release.monetisation ?? ''}"; correct one of the two`);
  } else if (monetised) {
    failing.push(`the model is monetised${release.monetisation ? `: ${release.monetisation}` : ''}`);
  }
  const reviewed = release.licence === undefined ? undefined : reviewedLicence(release.licence);
  const rights = release.rights ?? reviewed?.rights;
  const missing = rights === undefined ? [] : openSourceRights.filter((right) => !rights.includes(right));
  if (missing.length > 0) failing.push(`the licence does not grant everyone: ${missing.join(', ')}`);
  if (rights === undefined) unstated.push('the rights that the licence grants are not known; state them');
  const restrictions = release.restrictions ?? reviewed?.restrictions;
  const fatal = restrictions?.filter((restriction) => !isToleratedRestriction(restriction)) ?? [];
  if (fatal.length > 0) failing.push(`the licence restricts: ${fatal.join(', ')}`);
  if (restrictions === undefined) {
    unstated.push('whether the licence restricts the use is not known; state its restrictions');
  }
  if (failing.length > 0) return { state: 'fails', says: failing.join('; '), conditions: failing };
  if (unstated.length > 0) return { state: 'unknown', says: unstated.join('; '), conditions: unstated };
  const says = 'released free and open source, with weights, architecture and usage public, and not monetised';
  return { state: 'qualifies', says, conditions: [] };
}
