import type { Due } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Request, Situation } from '../assessment/situation.js';
import { onFixedDate } from './due.js';
import type { Matter, Trigger } from './rule.js';
import { no, onRequest } from './triggers.js';

/** What an authority asks for, by the legal basis that its request names (Art. 91(4) has it named). */
export type RequestKind = 'documentation' | 'information' | 'access' | 'measures' | 'commitments';

/** The article that is named first is what the request is made under. */
function kindOf({ legalBasis }: Request): RequestKind {
  const [article = ''] = /\b(?:53\s*\(1\)\s*\(a\)|91|92|93\s*\(3\)|93)/.exec(legalBasis ?? '') ?? [];
  if (article.startsWith('53')) return 'documentation';
  if (article === '92') return 'access';
  if (article === '93') return 'measures';
  return article.startsWith('93') ? 'commitments' : 'information';
}

const THE_MODEL: readonly Matter[] = [{ key: null }];

/** One matter for each request of a kind; without any, the model itself: the duty waits for a request. */
export function requestMatters({ requests }: Situation, kind: RequestKind): readonly Matter[] {
  const asked = requests.filter((request) => kindOf(request) === kind);
  return asked.length === 0 ? THE_MODEL : asked.map((request) => ({ key: request.id, request }));
}

/** Met since the request, where there is one; those under Arts. 91 to 93 bind from 2 August 2026 on (Art. 113). */
export function requestedUnder(provision: string, model: Trigger, s: Situation, { request }: Matter): Trigger {
  if (request === undefined) return model;
  const asked = reason(provision, `request ${request.id} of ${request.from}`, request.event);
  if (kindOf(request) !== 'documentation' && request.at < s.enforcementFrom) {
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
