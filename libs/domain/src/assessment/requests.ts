import type { RecordedFact } from '../history/recorded-fact.js';
import type { Request } from './situation.js';

/** Requests with their answers, whatever order they came in. */
export class Requests {
  readonly #requests = new Map<string, Request>();
  readonly #answers = new Map<string, NonNullable<Request['answered']>>();

  add(fact: RecordedFact): void {
    const { id: event, occurredAt: at } = fact;
    if (fact.type === 'InformationRequested') {
      const { requestId: id, authority, replyBy, legalBasis } = fact.data;
      this.#ask({ id, at, event, from: authority, replyBy, legalBasis: legalBasis ?? null });
    } else if (fact.type === 'DownstreamInformationRequested') {
      const { requestId: id, requestedBy } = fact.data;
      this.#ask({ id, at, event, from: requestedBy, replyBy: null, legalBasis: null });
    } else if (fact.type === 'InformationProvided' || fact.type === 'DownstreamInformationProvided') {
      this.#answer(fact.data.requestId, { at, event });
    }
  }

  /** Open ones first. */
  get all(): readonly Request[] {
    return [...this.#requests.values()].sort((a, b) => Number(a.answered !== null) - Number(b.answered !== null));
  }

  #ask(request: Omit<Request, 'answered'>): void {
    this.#requests.set(request.id, { ...request, answered: this.#answers.get(request.id) ?? null });
  }

  /** The first answer counts. */
  #answer(id: string, answer: NonNullable<Request['answered']>): void {
    if (this.#answers.has(id)) return;
    this.#answers.set(id, answer);
    const request = this.#requests.get(id);
    if (request !== undefined) this.#requests.set(id, { ...request, answered: answer });
  }
}
