import type { RecordedFact } from '../history/recorded-fact.js';
import { TrainingCompute } from '../model/training-compute.js';
import { countsTowardsTrainingCompute, updatesParameters } from '../regulation/compute-components.js';
import { Description } from './description.js';
import { EvidenceRecord, type Fulfilment } from './evidence.js';
import { Requests } from './requests.js';
import { SpansAbove, type Forecast, forecastAfter } from './threshold-spans.js';

/** The concern that a kind of fact belongs to, where its facts are few and are read again at each assessment. */
const concerns = {
  ReviewDecided: 'reviews',
  FineTuned: 'modifications',
  CommissionNotified: 'commission',
  RebuttalDecided: 'commission',
  SystemicRiskDesignated: 'commission',
  ReassessmentDecided: 'commission',
  FactsChangedSubstantially: 'commission',
  PlacementPlanned: 'placing',
  ModelPlacedOnMarket: 'placing',
  SystemPlacedOnMarket: 'placing',
  ModelPublished: 'placing',
  ModelSuppliedOutsideUnion: 'placing',
  InternalUseDeclared: 'placing',
  ModelWithdrawn: 'placing',
  OpenSourced: 'openSource',
  OpenSourceEnded: 'openSource',
  IncidentObserved: 'incidents',
  IncidentHarmAdded: 'incidents',
  IncidentInvolvementEstablished: 'incidents',
  IncidentReportSubmitted: 'incidents',
  IncidentResolved: 'incidents',
  ModelMerged: 'merging',
} as const satisfies Partial<Record<RecordedFact['type'], string>>;
type Concern = (typeof concerns)[keyof typeof concerns];

/**
 * The history of one model, taken apart by concern, a fact at a time and in order of `occurredAt`. Taking one more fact
 * in costs the same however many there are; what is asked of it never changes it.
 */
export class ModelFold {
  readonly #byConcern: { readonly [Name in Concern]: RecordedFact[] } = {
    reviews: [],
    modifications: [],
    commission: [],
    placing: [],
    openSource: [],
    incidents: [],
    merging: [],
  };
  readonly #modelId: string;
  readonly #forecasts: Forecast[] = [];
  readonly #plans = new Map<string, Forecast>();
  #first: Fulfilment | null = null;
  /** Everything that counts towards the threshold of Art. 51(2). */
  readonly compute = new TrainingCompute(countsTowardsTrainingCompute);
  /** Only where some of it updated no parameters is what did another sum. */
  #parameterUpdates: TrainingCompute | undefined;
  readonly description = new Description();
  readonly evidence = new EvidenceRecord();
  readonly requests = new Requests();
  readonly downstreamRequests = new Requests();
  readonly computeAbove = new SpansAbove();
  readonly forecastAbove = new SpansAbove();

  constructor(modelId: string) {
    this.#modelId = modelId;
  }

  add(fact: RecordedFact): void {
    this.#first ??= { at: fact.occurredAt, event: fact.id };
    const { type } = fact;
    if (type === 'ModelRegistered' || type === 'ModelDescribed') this.description.add(fact, this.#isOwn(fact));
    else if (type === 'EvidenceRecorded') this.evidence.add(fact);
    else if (type === 'InformationRequested' || type === 'InformationProvided') this.requests.add(fact);
    else if (type === 'DownstreamInformationRequested' || type === 'DownstreamInformationProvided') {
      this.downstreamRequests.add(fact);
    } else if (type === 'TrainingPlanned' || type === 'TrainingPlanRevised') {
      this.#forecasts.push(forecastAfter(this.#plans, fact));
    } else if (type === 'ComputeReported' || (type === 'FineTuned' && !this.#isByOther(fact))) {
      this.#addCompute(fact);
    }
    if (Object.hasOwn(concerns, fact.type)) {
      this.#byConcern[concerns[fact.type as keyof typeof concerns]].push(fact);
    }
  }

  #addCompute(fact: RecordedFact): void {
    this.compute.add(fact);
    if (this.#parameterUpdates !== undefined) this.#parameterUpdates.add(fact);
    else if (fact.type === 'ComputeReported' && 'components' in fact.data) {
      const { components } = fact.data;
      if (components.some(({ kind }) => countsTowardsTrainingCompute(kind) && !updatesParameters(kind))) {
        this.#parameterUpdates = this.compute.countedBy(updatesParameters);
      }
    }
  }

  /** What directly updated parameters: the indicative criterion looks at that alone. */
  get parameterUpdates(): TrainingCompute {
    return this.#parameterUpdates ?? this.compute;
  }

  of(concern: Concern): readonly RecordedFact[] {
    return this.#byConcern[concern];
  }

  /** What was expected of the training, a step each time a plan was made or revised. */
  get forecasts(): readonly Forecast[] {
    return this.#forecasts;
  }

  /** The first fact of all; null: there is none. */
  get first(): Fulfilment | null {
    return this.#first;
  }

  /** Training of somebody else is another model's, on whose record ever it stands. */
  #isByOther({ data: { modifierId } }: Extract<RecordedFact, { type: 'FineTuned' }>): boolean {
    const provider = this.description.get('providerId');
    return provider !== null && provider !== modifierId;
  }

  #isOwn({ subject }: RecordedFact): boolean {
    return subject.kind === 'model' && subject.id === this.#modelId;
  }
}
