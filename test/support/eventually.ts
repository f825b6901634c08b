const waitMsMax = 15_000;

/** Asks again until the answer is there; a test that waits in vain fails and says for what. */
export async function eventually<Answer>(what: string, ask: () => Promise<Answer | undefined>): Promise<Answer> {
  const startedAtMs = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() - startedAtMs > waitMsMax) throw new Error(`not within ${waitMsMax} ms: ${what}`);
  }
}
