import type { Due, Reason } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import type { CodeChapter } from '../provider/provider-facts.js';
import type { Instant } from '../time/instant.js';
import { lateFrom } from './due.js';
import type { Annotations, Matter, ObligationRule, Terms, Trigger } from './rule.js';
import { codeOfPractice } from './sources.js';
import { inWords } from './terms.js';
import { no } from './triggers.js';

const BEFORE_SIGNATURE = 'code-trigger-before-signature';

type CodeRule = Pick<ObligationRule, 'id' | 'title' | 'met' | 'trigger' | 'due'> &
  Partial<Pick<ObligationRule, 'matters' | 'exemption' | 'fulfilled' | 'evidenceSince' | 'annotations'>> & {
    readonly measure: string;
    readonly terms: Pick<Terms, 'trigger' | 'due'> & Partial<Terms>;
  };

const chapterInWords: Readonly<Record<CodeChapter, string>> = {
  transparency: 'Transparency',
  copyright: 'Copyright',
  safetySecurity: 'Safety and Security',
};

/**
 * An entry of the Code: it binds who signed its chapter, from the signature. What was set off before the signature is no
 * breach in retrospect; what is unfinished is due on its normal date or, where that is past, at once, with a flag.
 */
export function measureOf(chapter: CodeChapter, { measure, terms, ...rule }: CodeRule): ObligationRule {
  const provision = `Code of Practice, ${chapterInWords[chapter]} ${measure}`;
  const due: ObligationRule['due'] = (s, matter, trigger) =>
    chapter === 'safetySecurity' ? notBeforeRisk(s, rule.due(s, matter, trigger)) : rule.due(s, matter, trigger);
  return {
    ...codeOfPractice(`${chapterInWords[chapter]} ${measure}`),
    ...rule,
    provision,
    kind: 'duty',
    terms: inWords({
      who: `signatory of the chapter ${chapterInWords[chapter]}`,
      appliesWhen: chapter === 'safetySecurity' ? 'GPAI model with systemic risk' : 'GPAI model',
      ...terms,
    }),
    transition: false,
    trigger: (s, matter) => signedBy(s, chapter, provision, () => rule.trigger(s, matter)),
    due: (s, matter, trigger) => notBeforeSignature(s, chapter, due(s, matter, trigger)),
    annotations: (s, matter, trigger) => ({
      ...rule.annotations?.(s, matter, trigger),
      ...flagWhereSetOffBefore(s, chapter, due(s, matter, trigger), trigger),
    }),
  };
}

function signedBy(s: Situation, chapter: CodeChapter, provision: string, then: () => Trigger): Trigger {
  const signature = s.signedSince.get(chapter);
  if (signature === undefined) {
    const says = `the provider has not signed the chapter ${chapterInWords[chapter]}`;
    return no(
      reason(provision, says, ...s.registration),
      change('CodeOfPracticeSigned', `the provider signs the chapter ${chapterInWords[chapter]}`),
    );
  }
  const trigger = then();
  const because: readonly Reason[] = [
    ...trigger.because,
    reason(provision, 'the provider has signed', signature.event),
  ];
  return { ...trigger, because };
}

function isPast(signedAt: Instant | undefined, due: Due | null): signedAt is Instant {
  const late = lateFrom(due);
  return signedAt !== undefined && late !== null && late <= signedAt;
}

function notBeforeSignature(s: Situation, chapter: CodeChapter, due: Due | null): Due | null {
  const signedAt = s.signedSince.get(chapter)?.at;
  return isPast(signedAt, due) ? { kind: 'from', at: signedAt } : due;
}

/** The chapter is about systemic risk: what was due before there was any is due from it on. */
function notBeforeRisk(s: Situation, due: Due | null): Due | null {
  const since = s.systemicRisk.current?.from ?? null;
  const late = lateFrom(due);
  return since !== null && late !== null && late < since ? { kind: 'from', at: since } : due;
}

/** What had ended by the signature is due at it; a period that was still running ends when it would have ended anyway. */
function flagWhereSetOffBefore(s: Situation, chapter: CodeChapter, due: Due | null, trigger: Trigger): Annotations {
  const signedAt = s.signedSince.get(chapter)?.at;
  const wasRunning =
    due?.kind === 'period' && trigger.answer === 'met' && signedAt !== undefined && trigger.since < signedAt;
  return wasRunning || isPast(signedAt, due) ? { flags: [BEFORE_SIGNATURE] } : {};
}

/** The matters of a rule that arises once for each incident. */
export function eachIncident({ incidents }: Situation): readonly Matter[] {
  return incidents.map((incident) => ({ key: incident.id, incident }));
}
