import { flop } from '../flop/flop.js';
import { eeaStatesOutsideTheUnion } from '../regulation/territory.js';
import { exemptionLostAt } from '../regulation/triggers.js';
import type { Flag, Obligation } from './assessment.js';
import type { Description } from './description.js';
import { decisionsOf, type Reviews } from './reviews.js';
import type { Situation } from './situation.js';

/** What a person has to look at: wherever the law is silent, facts contradict each other, or an estimate decides. */
export function flagsOf(
  situation: Omit<Situation, 'flags'>,
  description: Description,
  reviews: Reviews,
): readonly Flag[] {
  const flags: Flag[] = [];
  const raise = (id: string, says: string) => {
    const decided = reviews.decisions.get(id);
    const options = decisionsOf(id);
    flags.push({
      id,
      says,
      ...(options.length > 0 && { options }),
      ...(decided !== undefined && { decision: decided.decision }),
    });
  };
  for (const raiseWhereDue of [
    estimates,
    classification,
    exemption,
    modifications,
    transition,
    forecast,
    territory,
    representative,
    merging,
    lowerCompute,
  ]) {
    raiseWhereDue(situation, raise, description);
  }
  return flags;
}

/** What the flags of rows say; they are raised for the model too, once each. */
const saidOfRows: Readonly<Record<string, string>> = {
  'code-trigger-before-signature':
    'Something that a signed chapter of the Code is about was set off before the signature; its date is the normal one, or the signature where that is past.',
  'most-capable-model-assumed':
    'Taken to be among the most capable models of the signatory; decide whether the Model Report has to be updated every six months.',
};

export function flagsOfRows(s: Situation, obligations: readonly Obligation[]): readonly Flag[] {
  const raised = new Set(s.flags.map(({ id }) => id));
  const ofRows = new Set(obligations.flatMap(({ flags }) => flags).filter((id) => !raised.has(id)));
  return [...ofRows].map((id) => {
    const decided = s.decisions.get(id);
    const options = decisionsOf(id);
    return {
      id,
      says: saidOfRows[id] ?? id,
      ...(options.length > 0 && { options }),
      ...(decided !== undefined && { decision: decided.decision }),
    };
  });
}

type Raise = (id: string, says: string) => void;
type Facts = Omit<Situation, 'flags'>;

function estimates({ compute, criterionFlop, gpai, law, at }: Facts, raise: Raise): void {
  const margin = BigInt(law.value('estimateMarginPercent', at));
  const isNear = (flop: bigint | null, threshold: bigint | undefined): boolean =>
    flop !== null &&
    threshold !== undefined &&
    flop * (100n - margin) <= threshold * 100n &&
    threshold * 100n <= flop * (100n + margin);
  const decides = 'that the accepted error decides; document method and uncertainty.';
  if (gpai.value !== false && isNear(compute.flop, law.value('systemicRiskThresholdFlop', at))) {
    raise('estimate-within-margin-of-threshold', `The estimate lies so near to the threshold of Art. 51(2) ${decides}`);
  } else if (isNear(criterionFlop, law.find('gpaiThresholdFlop', at)?.value)) {
    raise(
      'estimate-within-margin-of-threshold',
      `The estimate lies so near to the indicative criterion of a GPAI model (Guidelines s. 2.1) ${decides}`,
    );
  }
}

function classification({ gpai, compute, law, at }: Facts, raise: Raise, description: Description): void {
  if (gpai.value === null) {
    raise('gpai-classification', `Whether this is a GPAI model cannot be told: ${gpai.because.says}.`);
    return;
  }
  const threshold = law.find('gpaiThresholdFlop', at)?.value;
  if (threshold === undefined || compute.flop === null || compute.flop > threshold) return;
  if (description.get('displaysSignificantGenerality') === true && gpai.value === false) {
    raise(
      'gpai-classification',
      'Stated to display significant generality with compute at or below the indicative criterion: decide with a justification whether it is exceptionally general.',
    );
  }
}

function exemption(facts: Facts, raise: Raise): void {
  const lostAt = exemptionLostAt(facts);
  // Where systemic risk ended it, the law says so (Art. 53(2)).
  if (lostAt === null || lostAt !== facts.openSource.lost?.at || facts.systemicRisk.current !== null) return;
  raise(
    'exemption-lost-no-express-rule',
    'The text has no rule for an exemption that is lost; the duties are taken to bind from the change on, without grace period.',
  );
}

function modifications({ modification, law, at }: Facts, raise: Raise): void {
  if (modification === null) return;
  if (modification.significant === null) {
    raise(
      'modification-base-unknown',
      `Whether the modifier is a provider cannot be told: ${modification.because.says}.`,
    );
  }
  if (modification.originalFlop === null) return;
  const total = flop(modification.originalFlop + modification.flop);
  const crosses = (before: bigint, threshold: bigint) => before <= threshold && total > threshold;
  if (
    modification.significant === false &&
    !modification.originalSystemicRisk &&
    crosses(modification.originalFlop, law.value('systemicRiskThresholdFlop', at))
  ) {
    raise(
      'modified-below-third-crosses-threshold',
      'Original and modification together exceed the threshold though the modification stays below one third; the Guidelines do not say who has to notify.',
    );
  }
  if (crosses(modification.originalFlop, law.value('gpaiThresholdFlop', at))) {
    raise(
      'modification-creates-gpai-model',
      'Original and modification together exceed the indicative criterion: the modifier may be the developer of a new GPAI model.',
    );
  }
}

function transition({ legacy, systemicRisk, chapterVFrom }: Facts, raise: Raise): void {
  if (legacy && systemicRisk.current !== null && systemicRisk.current.from > chapterVFrom) {
    raise(
      'legacy-model-became-systemic-risk',
      'Read literally, Art. 111(3) covers the duties of systemic risk too; the notification date is kept as advice, and the Commission can designate.',
    );
  }
}

function forecast({ notificationTrigger, commission, plannedPlacing, at }: Facts, raise: Raise): void {
  if (notificationTrigger !== null && notificationTrigger.until !== null && commission.notifications.length === 0) {
    raise(
      'forecast-cleared-before-notification',
      'It was known that the threshold would be met, and no longer is; keep the record of both estimates.',
    );
  }
  if (plannedPlacing !== null && plannedPlacing.at <= at) {
    raise(
      'planned-placing-date-passed',
      'The planned day of placing has come, and no placing is recorded; record it or plan anew.',
    );
  }
}

function territory({ provider }: Facts, raise: Raise): void {
  if (provider.country === null) return;
  if (provider.established === 'outside' && eeaStatesOutsideTheUnion.has(provider.country)) {
    raise(
      'provider-established-in-eea',
      'Established in the EEA outside the Union: counted as a third country until the Regulation is part of the EEA Agreement.',
    );
  }
}

function representative({ mandates: { inForce, outsideTheUnion } }: Facts, raise: Raise): void {
  if (inForce !== null || outsideTheUnion === null) return;
  raise(
    'representative-outside-the-union',
    `${outsideTheUnion.name} is not established in the Union (Art. 3(5)); unless it is located there, a representative is missing.`,
  );
}

function merging({ mergedInto }: Facts, raise: Raise): void {
  if (mergedInto === null) return;
  raise(
    'merged-into-another-model',
    `This record was given up: it is one model with "${mergedInto.modelId}", where its duties are shown.`,
  );
}

function lowerCompute({ lowerTotal }: Facts, raise: Raise): void {
  if (lowerTotal === null) return;
  raise(
    'compute-total-below-record',
    'The last total of training compute states less than is on record, and changes nothing; correct the one that is wrong, or report an increment by run.',
  );
}
