import { foundInWords, invalidFields } from './problem.js';

export const slugPattern = /^[a-z0-9][a-z0-9._-]{0,127}$/;
export const slugInWords =
  'an id of 1 to 128 lower-case letters, digits, dots, hyphens and underscores that begins with a letter or a digit';

/** An id of ours as a path names it. @throws Problem 422 */
export function readSlug(text: string, field: string): string {
  if (slugPattern.test(text)) return text;
  throw invalidFields([{ field, expected: slugInWords, found: foundInWords(text) }]);
}
