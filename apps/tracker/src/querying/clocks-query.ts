import { readInstant } from '#libs/domain';
import { IsOptional } from 'class-validator';
import { IsInstantText, ReadAfterWriteQuery } from '../platform/query-fields.js';
import type { Clocks } from './assess-model.js';

/** The three clocks of a question. */
export class ClocksQuery extends ReadAfterWriteQuery {
  @IsOptional()
  @IsInstantText()
  at?: string;

  @IsOptional()
  @IsInstantText()
  knownAt?: string;

  @IsOptional()
  @IsInstantText()
  lawAsOf?: string;
}

export function clocksOf({ at, knownAt, lawAsOf }: Pick<ClocksQuery, 'at' | 'knownAt' | 'lawAsOf'>): Clocks {
  return {
    ...(at === undefined ? {} : { at: readInstant(at) }),
    ...(knownAt === undefined ? {} : { knownAt: readInstant(knownAt) }),
    ...(lawAsOf === undefined ? {} : { lawAsOf: readInstant(lawAsOf) }),
  };
}
