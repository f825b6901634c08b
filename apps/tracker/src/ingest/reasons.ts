/** Why a request to a connection was refused, with the answer that it gets. Nothing of it becomes an event. */
export const refusals = {
  signature_missing: { status: 401, title: 'The signature is missing' },
  signature_invalid: { status: 401, title: 'The signature does not fit the body' },
  credentials_missing: { status: 401, title: 'The credentials are missing' },
  credentials_invalid: { status: 401, title: 'The credentials are wrong' },
  timestamp_out_of_tolerance: { status: 401, title: 'The signed time is too far from now' },
  timestamp_invalid: { status: 401, title: 'The signed time cannot be read' },
  delivery_id_invalid: { status: 400, title: 'The id of the delivery is missing or cannot be used' },
  idempotency_conflict: { status: 409, title: 'Another delivery had this id' },
  body_too_large: { status: 413, title: 'The body is too large' },
  body_malformed: { status: 400, title: 'The body is not the JSON that it should be' },
  content_type_unsupported: { status: 415, title: 'The body has a form that is not taken' },
  cloudevent_invalid: { status: 400, title: 'The body or the headers are not a CloudEvent' },
  data_invalid: { status: 422, title: 'The data does not say what its type promises' },
  handshake_invalid: { status: 403, title: 'This origin may not deliver here' },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalReason = keyof typeof refusals;

/** A request that is turned away; `detail` says what was expected, what was found and what to do. */
export type Refusal = {
  readonly reason: RefusalReason;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly expected: string; readonly found: string }[];
};

/** Why an authentic delivery was kept and yet gave no fact. */
export type AcknowledgementReason =
  'duplicate_delivery' | 'already_recorded' | 'event_type_ignored' | 'event_type_unknown' | 'batch_empty';

/**
 * Why a delivery waits for a person. Beside these, a decider's refusal parks under its own code. Parked deliveries can
 * be replayed after the cause has gone.
 */
export type ParkingReason =
  'value_unparseable' | 'placed_outside_union' | 'idempotency_conflict' | 'translation_failed';
