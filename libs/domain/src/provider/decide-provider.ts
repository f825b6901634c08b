import { admit, asRecorded, saysTheSame } from '../deciding/admit.js';
import type { Decision, FactToRecord, RecordCommand } from '../deciding/decision.js';
import type { RecordedFact, RecordedProviderFact } from '../history/recorded-fact.js';

/**
 * Decides what of the wanted facts is recorded on a provider's stream: all or none. A provider may be registered again
 * with other content, since it moves, is renamed and reports another turnover each year; the later one then holds.
 *
 * @param history everything on the stream so far, in the order of recording
 */
export function decideProvider(history: readonly RecordedProviderFact[], command: RecordCommand): Decision {
  const recorded: RecordedFact[] = [...history];
  const facts: FactToRecord[] = [];
  for (const [index, toDecide] of command.facts.entries()) {
    const { verdict } = admit(toDecide, index, recorded, command);
    if (verdict === 'known') continue;
    if (verdict !== 'new') return { outcome: 'refused', refusal: verdict };
    const { id, fact, occurredAt } = toDecide;
    const registered = recorded.findLast(({ type }) => type === 'ProviderRegistered');
    if (fact.type === 'ProviderRegistered' && registered?.occurredAt === occurredAt && saysTheSame(registered, fact))
      continue;
    recorded.push(asRecorded(toDecide, command, recorded));
    facts.push({ id, fact, occurredAt, causedBy: null });
  }
  return { outcome: 'accepted', facts };
}
