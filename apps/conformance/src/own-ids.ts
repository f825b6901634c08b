/** Ids of a scenario as they stand in a tracker, where other scenarios use the same ones. */
export type OwnIds = {
  /** The id under which a provider or model of the scenario is recorded. */
  own(id: string): string;
  /** The data of a fact with its references to providers, models and events replaced. */
  inData(data: unknown): unknown;
  /** An answer with the ids that the scenario uses. */
  asGiven(answer: string): string;
  /** Which id the tracker gave to an event of the scenario. */
  remember(event: string, id: string | undefined): void;
};

/** Fields of facts that name a provider or a model. */
const references: ReadonlySet<string> = new Set([
  'providerId',
  'placedBy',
  'modifierId',
  'suppliedTo',
  'modelId',
  'intoModelId',
]);

/** @param prefix goes before every id; nothing else in an answer may contain it */
export function idsOfItsOwn(prefix: string): OwnIds {
  const events = new Map<string, string>();
  const own = (id: string): string => prefix + id;
  const inField = (field: string, value: unknown): unknown => {
    if (typeof value !== 'string') return inData(value);
    if (references.has(field)) return own(value);
    return field === 'eventId' ? (events.get(value) ?? value) : value;
  };
  const inData = (data: unknown): unknown => {
    if (Array.isArray(data)) return data.map(inData);
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(Object.entries(data).map(([field, value]) => [field, inField(field, value)]));
  };
  return {
    own,
    inData,
    asGiven: (answer) => answer.replaceAll(prefix, ''),
    remember: (event, id) => {
      if (id !== undefined) events.set(event, id);
    },
  };
}
