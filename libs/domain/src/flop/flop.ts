/** Floating-point operations: an exact, non-negative integer. Thresholds are compared on these, never on doubles. */
export type Flop = bigint & { readonly __flop: unique symbol };
