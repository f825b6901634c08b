import type { RecordedFact } from '../history/recorded-fact.js';
import type { OpenRelease } from '../model/model-facts.js';
import { isToleratedRestriction, openSourceRights, reviewedLicence } from '../regulation/open-licences.js';
import type { Instant } from '../time/instant.js';
import { reason } from './reason.js';
import type { OpenSource } from './situation.js';

const PROVISION = 'Art. 53(2), Guidelines s. 4';

/** The state of the release as of the last fact. Systemic risk, which voids the exemption, is not looked at here. */
export function openSourceOf(facts: readonly RecordedFact[]): OpenSource {
  let state: OpenSource['state'] = 'none';
  let because = reason(PROVISION, 'no release under a free and open-source licence is recorded');
  let lost: { at: Instant; because: typeof because } | null = null;
  for (const fact of facts) {
    if (fact.type !== 'OpenSourced' && fact.type !== 'OpenSourceEnded') continue;
    const before = state;
    if (fact.type === 'OpenSourceEnded') {
      state = 'fails';
      because = reason(PROVISION, `the open-source release has ended: ${fact.data.reason}`, fact.id);
    } else {
      const finding = testRelease(fact.data);
      state = finding.state;
      because = reason(PROVISION, finding.says, fact.id);
    }
    if (state === 'qualifies') lost = null;
    else if (before === 'qualifies') lost = { at: fact.occurredAt, because };
  }
  return { state, because, lost };
}

type Finding = { readonly state: 'qualifies' | 'fails' | 'unknown'; readonly says: string };

/** The conditions of Art. 53(2) and section 4 of the Guidelines; all must hold at the same time. */
function testRelease(release: OpenRelease): Finding {
  const fails = (says: string): Finding => ({ state: 'fails', says });
  if (!release.weightsPublic) return fails('the weights are not public');
  if (!release.architecturePublic) return fails('the information on the architecture is not public');
  if (!release.usageInformationPublic) return fails('the information on usage is not public');
  if (release.monetised)
    return fails(`the model is monetised${release.monetisation ? `: ${release.monetisation}` : ''}`);
  const reviewed = release.licence === undefined ? undefined : reviewedLicence(release.licence);
  const rights = release.rights ?? reviewed?.rights;
  const missing = rights && openSourceRights.filter((right) => !rights.includes(right));
  if (missing && missing.length > 0) return fails(`the licence does not grant everyone: ${missing.join(', ')}`);
  const restrictions = release.restrictions ?? reviewed?.restrictions;
  const fatal = restrictions?.filter((restriction) => !isToleratedRestriction(restriction)) ?? [];
  if (fatal.length > 0) return fails(`the licence restricts: ${fatal.join(', ')}`);
  if (rights === undefined)
    return { state: 'unknown', says: 'the rights that the licence grants are not known; state them' };
  if (restrictions === undefined) {
    return { state: 'unknown', says: 'whether the licence restricts the use is not known; state its restrictions' };
  }
  return {
    state: 'qualifies',
    says: 'released free and open source, with weights, architecture and usage public, and not monetised',
  };
}
