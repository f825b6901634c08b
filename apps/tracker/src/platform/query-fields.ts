import { endOfLocalDay, instantFromMilliseconds, type Instant, readInstant, readLocalDate } from '#libs/domain';
import { IsInt, IsOptional, IsString, Matches, Max, Min, ValidateBy, type ValidationOptions } from 'class-validator';
import { Type } from 'class-transformer';

export const pageSizeMax = 200;
export const pageSizeDefault = 50;

/** The last moment that can be asked about: it leaves room for all the years that a date may lie behind it. */
export const latestQuestion = readInstant('9000-01-01T00:00:00Z');

/** A text that `readInstant` reads: RFC 3339 with its offset, up to `latestQuestion`. */
export function IsInstantText(options?: ValidationOptions): PropertyDecorator {
  return isReadBy(readInstant, 'isInstantText', anInstant, options);
}

/** A calendar day, or a moment as for `IsInstantText`. */
export function IsDayOrInstantText(options?: ValidationOptions): PropertyDecorator {
  return isReadBy(
    readDayOrInstant,
    'isDayOrInstantText',
    `a calendar day such as 2026-10-19, or ${anInstant}`,
    options,
  );
}

/** A day stands for its last second in Brussels, so that whatever happens on it counts. */
export function readDayOrInstant(text: string): Instant {
  return text.length > calendarDayLength
    ? readInstant(text)
    : instantFromMilliseconds(endOfLocalDay(readLocalDate(text)) - 1_000);
}

const anInstant =
  'a moment with its offset up to the year 9000, such as 2026-10-19T14:00:00Z (in an address write + as %2B)';
const calendarDayLength = '2026-10-19'.length;

function isReadBy(
  read: (text: string) => Instant,
  name: string,
  expected: string,
  options: ValidationOptions | undefined,
): PropertyDecorator {
  const validate = (value: unknown): boolean => {
    if (typeof value !== 'string') return false;
    try {
      return read(value) <= latestQuestion;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
  return ValidateBy({ name, validator: { validate, defaultMessage: () => expected } }, options);
}

/** Reads that can wait for a write: the position that the write was answered with. */
export class ReadAfterWriteQuery {
  @IsOptional()
  @Matches(/^\d{1,19}$/, { message: 'a position that a write was answered with' })
  minPosition?: string;
}

/** A page of a list. */
export class PageQuery extends ReadAfterWriteQuery {
  @IsOptional()
  @IsString({ message: 'the `next` of the page before' })
  cursor?: string;

  @Type(() => Number)
  @IsInt({ message: `a number from 1 to ${pageSizeMax}` })
  @Min(1, { message: `a number from 1 to ${pageSizeMax}` })
  @Max(pageSizeMax, { message: `a number from 1 to ${pageSizeMax}` })
  limit: number = pageSizeDefault;
}

export function minPositionOf({ minPosition }: ReadAfterWriteQuery): bigint | undefined {
  return minPosition === undefined ? undefined : BigInt(minPosition);
}
