import type { Reason } from './assessment.js';

export function reason(provision: string, says: string, ...events: readonly string[]): Reason {
  return { provision, events, says };
}
