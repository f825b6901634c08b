import type { Flop } from '../flop/flop.js';
import type { OutputModality } from '../model/model-facts.js';
import type { Change } from './assessment.js';
import type { Description } from './description.js';
import { change, reason } from './reason.js';
import type { Answer } from './situation.js';

/** What the classification rests on beside the description. */
export type GpaiEvidence = {
  /** The largest of the compute spent, planned and built upon; `null`: no figure at all. */
  readonly flop: Flop | null;
  readonly computeEvents: () => readonly string[];
  /** The indicative criterion; undefined where the Guidelines were not published yet. */
  readonly thresholdFlop: Flop | undefined;
  /** How a person settled the question, with a justification. */
  readonly override: { readonly gpai: boolean; readonly event: string } | null;
  /** Built by modifying a model that is a GPAI model. */
  readonly originalIsGpai: { readonly event: string } | null;
};

const DEFINITION = 'Art. 3(63)';
const CRITERION = 'Art. 3(63), Guidelines s. 2.1';

const generative: ReadonlySet<OutputModality> = new Set([
  'text',
  'code',
  'speech',
  'audio',
  'textToImage',
  'textToVideo',
]);

const report = change('ComputeReported', 'report the training compute');
const moreCompute = change('ComputeReported', 'training compute above the indicative criterion');
const describe = change('ModelDescribed', 'describe what the model generates and whether it is significantly general');
const review = change('ReviewDecided', 'a justified review of the flag gpai-classification');

/**
 * Whether a model is a general-purpose AI model. In this order:
 *
 * 1. a justified decision of a person (`ReviewDecided` on `gpai-classification`) settles it;
 * 2. stated not to display significant generality, or to do one narrow task: it is none, whatever its compute;
 * 3. stated to display generality and to do one narrow task only: contradictory, a person has to look;
 * 4. built by modifying a GPAI model: it is one;
 * 5. compute above the indicative criterion: it is one if it can generate language, images or video from text; where
 *    its modalities are unknown, stated generality settles it, and without that nobody knows. Where its modalities are
 *    others, it is none, unless it is stated to be general, which contradicts them;
 * 6. compute at or below the criterion: it is none; stated generality then raises a flag, since being exceptionally
 *    general below the criterion takes a written justification (1);
 * 7. no compute figure: stated generality, which is the definition itself, settles it; without it nobody knows.
 */
export function classifyGpai(description: Description, evidence: GpaiEvidence): Answer {
  const { flop, computeEvents, thresholdFlop, override, originalIsGpai } = evidence;
  const general = description.get('displaysSignificantGenerality');
  const said = description.eventsOf('displaysSignificantGenerality', 'narrowTask', 'outputModalities');
  const events = said.length > 0 ? said : description.registration;
  const answer = (value: boolean | null, provision: string, says: string, changes: readonly Change[]): Answer => ({
    value,
    because: reason(provision, says, ...events),
    wouldChange: changes,
  });
  if (override !== null) {
    const says = override.gpai ? 'a justified review found a GPAI model' : 'a justified review found no GPAI model';
    return { value: override.gpai, because: reason(CRITERION, says, override.event), wouldChange: [review] };
  }
  if (general === false) {
    return answer(false, DEFINITION, 'the model does not display significant generality', [describe, review]);
  }
  if (description.get('narrowTask') !== null) {
    return general === true
      ? answer(null, CRITERION, 'stated both general and limited to one narrow task; correct one of the two', [
          change('FactCorrected', 'correct the generality or the narrow task'),
          review,
        ])
      : answer(false, CRITERION, 'the model performs one narrow task only', [describe, review]);
  }
  if (originalIsGpai !== null) {
    return { ...answer(true, DEFINITION, '', [review]), because: modifiesGpai(originalIsGpai.event) };
  }
  if (flop !== null && thresholdFlop !== undefined) {
    const found =
      flop <= thresholdFlop
        ? answer(false, CRITERION, 'the training compute does not exceed the indicative criterion', [
            moreCompute,
            review,
          ])
        : aboveTheCriterion(general, description.get('outputModalities'), (value, says) =>
            answer(value, CRITERION, says, value === null ? [describe, review] : [review]),
          );
    const { because } = found;
    return { ...found, because: { ...because, events: [...because.events, ...computeEvents()] } };
  }
  if (general === true) return answer(true, DEFINITION, 'the model displays significant generality', [review]);
  const missing = flop === null ? 'the training compute is not known; report it' : 'no criterion was published yet';
  return answer(null, CRITERION, `${missing}, or state whether the model displays significant generality`, [
    report,
    describe,
    review,
  ]);
}

const modifiesGpai = (event: string) => reason(DEFINITION, 'it modifies a GPAI model', event);

function aboveTheCriterion(
  general: boolean | null,
  modalities: readonly OutputModality[] | null,
  answer: (value: boolean | null, says: string) => Answer,
): Answer {
  if (modalities === null) {
    return general === true
      ? answer(true, 'the compute exceeds the indicative criterion and the model displays significant generality')
      : answer(null, 'the compute exceeds the indicative criterion; what the model generates is not known; state it');
  }
  if (modalities.some((modality) => generative.has(modality))) {
    return answer(
      true,
      'the compute exceeds the indicative criterion and the model generates language, images or video',
    );
  }
  return general === true
    ? answer(
        null,
        'stated general, but it generates neither language nor images or video from text; correct one of the two',
      )
    : answer(false, 'the model generates neither language nor images or video from text');
}
