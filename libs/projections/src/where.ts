/** Collects the conditions of one query with their parameters, numbered as they come. */
export class Where {
  readonly parameters: unknown[] = [];
  readonly #conditions: string[] = [];

  /** `condition` names each parameter by `?`, in order. */
  and(condition: string, ...parameters: readonly unknown[]): void {
    let used = 0;
    const numbered = condition.replaceAll('?', () => {
      this.parameters.push(parameters[used++]);
      return `$${this.parameters.length}`;
    });
    this.#conditions.push(`(${numbered})`);
  }

  /** Empty when there are no conditions. */
  get sql(): string {
    return this.#conditions.length === 0 ? '' : `where ${this.#conditions.join(' and ')}`;
  }
}
