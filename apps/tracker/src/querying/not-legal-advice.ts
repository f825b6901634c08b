const notLegalAdvice =
  'Computed from the facts recorded here and the rules built in; it helps to keep dates and does not replace legal advice.';

/** Said once in every answer that holds a legal answer. */
export const metadata = { notLegalAdvice } as const;
