import type { Instant } from '#libs/domain';
import type { LiveCredentials } from './connections/credentials.js';
import type { AcknowledgementReason, ParkingReason, Refusal } from './reasons.js';

/** One HTTP request to a connection. Header names are lower case; a repeated header is joined by the server. */
export type HookRequest = {
  readonly method: string;
  /** Path below the connection, without the query: `` or `/registry`. */
  readonly suffix: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they were sent. */
  readonly body: Buffer;
  readonly receivedAt: Instant;
};

/** What a delivery says, before anyone has asked which of our models it means. */
export type SourceEvent = {
  /** Identity of this event on its connection: the key of its delivery, or its own within a batch. */
  readonly key: string;
  readonly type: string;
  /** `fact`: the source itself states it. */
  readonly certainty: 'fact';
  readonly model: { readonly system: string; readonly ref: string; readonly version?: string; readonly name?: string };
  /** In the words of the source. FLOP as a decimal string. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Instant;
  /** The same in the words of our catalogue, for the model and provider that the references turn out to be. */
  readonly toFact: (resolved: ResolvedReferences) => {
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
  /** Reference of another model that `toFact` wants resolved. */
  readonly baseRef?: string;
};

export type ResolvedReferences = {
  readonly providerId: string;
  /** Ours for `baseRef`; absent when no model of that reference is known. */
  readonly baseModelId?: string;
};

export type Translation =
  | { readonly outcome: 'translated'; readonly events: readonly SourceEvent[] }
  | { readonly outcome: 'acknowledged'; readonly reason: AcknowledgementReason }
  /** `events`: what a batch says beside the part that cannot be used. */
  | {
      readonly outcome: 'parked';
      readonly reason: ParkingReason;
      readonly detail: string;
      readonly events?: readonly SourceEvent[];
    };

/** A delivery that is authentic, with the key by which it is told from others of its connection. */
export type OpenedDelivery = {
  readonly key: string;
  /** Reads and maps the body. Pure: the same delivery always gives the same answer. */
  readonly translate: () => Translation | { readonly outcome: 'refused'; readonly refusal: Refusal };
  /** The body as it may be kept where the one sent may not: without what people have typed into a model. */
  readonly bodyToKeep?: Buffer | 'none';
};

export type Opening =
  | { readonly outcome: 'opened'; readonly delivery: OpenedDelivery }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

/** A connector: one folder, one entry in `sources.ts`. All of it is pure. */
export type WebhookSource = {
  readonly system: string;
  /** Named credentials that a connection of this system may carry beside its secret. */
  readonly credentialNames: readonly string[];
  generateSecret(): string;
  /** What is wrong with a secret that someone wants to set; undefined when it can be used. */
  problemWithSecret(secret: string): string | undefined;
  /** Undefined when the content type can be read. */
  checkContentType(request: HookRequest): Refusal | undefined;
  /** Undefined when the request comes from who holds the connection's secret. */
  authenticate(request: HookRequest, credentials: LiveCredentials): Refusal | undefined;
  /** Sent with a 401, as HTTP wants it. */
  readonly challenge: string;
  /** Finds the key, reading no more of the body than that takes. */
  open(request: HookRequest): Opening;
  /** Headers that are kept with the body, since reading the body takes them. Never those that carry credentials. */
  keepsHeader(name: string): boolean;
  /** Answers OPTIONS, where the system has such a handshake. */
  handshake?(request: HookRequest, settings: { readonly allowedOrigins?: readonly string[] }): Handshake;
};

export type Handshake =
  | { readonly outcome: 'granted'; readonly headers: Readonly<Record<string, string>> }
  | { readonly outcome: 'preflight' }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };
