import type { Instant } from '#libs/domain';

/** Injection tokens of the ports; `platform.module.ts` binds them to adapters. */
export const EVENT_STORE = Symbol('EVENT_STORE');
/** A `pg` Pool on the tracker's database. */
export const DATABASE = Symbol('DATABASE');
export const CLOCK = Symbol('CLOCK');
/** The `ResolvedConfig` of this process. */
export const CONFIG = Symbol('CONFIG');

/** The only source of "now" in the application. */
export type Clock = { now(): Instant };
