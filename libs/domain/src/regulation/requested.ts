import type { Due } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Request, Situation } from '../assessment/situation.js';
import { onFixedDate } from './due.js';
import type { Matter, Trigger } from './rule.js';
import { no, onRequest } from './triggers.js';

/** What an authority asks for, by the legal basis that its request names (Art. 91(4) has it named). */
export type RequestKind = 'documentation' | 'information' | 'access' | 'measures' | 'commitments';

function kindOf({ legalBasis }: Request): RequestKind {
  const basis = legalBasis ?? '';
  if (/\b93\s*\(3\)/.test(basis)) return 'commitments';
  if (/\b93\b/.test(basis)) return 'measures';
  if (/\b92\b/.test(basis)) return 'access';
  return /\b53\s*\(1\)\s*\(a\)/.test(basis) ? 'documentation' : 'information';
}

const THE_MODEL: readonly Matter[] = [{ key: null }];

/** One matter for each request of a kind; without any, the model itself: the duty waits for a request. */
export function requestMatters({ requests }: Situation, kind: RequestKind): readonly Matter[] {
  const asked = requests.filter((request) => kindOf(request) === kind);
  return asked.length === 0 ? THE_MODEL : asked.map((request) => ({ key: request.id, request }));
}

/** Met since the request, where there is one; requests of the Commission bind from 2 August 2026 (Art. 113). */
export function requestedUnder(provision: string, model: Trigger, s: Situation, { request }: Matter): Trigger {
  if (request === undefined) return model;
  const asked = reason(provision, `request ${request.id} of ${request.from}`, request.event);
  if (request.at < s.enforcementFrom) {
    return no(
      [asked, reason('Art. 113', 'requests of the Commission bind from 2 August 2026 only')],
      change('InformationRequested', 'a request after the powers of the Commission apply'),
    );
  }
  if (model.answer !== 'met') return { ...model, because: [...model.because, asked] };
  return { answer: 'met', since: request.at, because: [asked, ...model.because] };
}

/** The period or date that the request sets; a named date is not moved. */
export function replyDue(s: Situation, matter: Matter, trigger: Trigger): Due | null {
  const { request } = matter;
  if (trigger.answer === 'no') return null;
  return request?.replyBy == null ? onRequest(s, matter, trigger) : onFixedDate(request.replyBy);
}
