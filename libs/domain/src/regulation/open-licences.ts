import type { LicenceRight } from '../model/model-facts.js';

export type ReviewedLicence = { readonly rights: readonly LicenceRight[]; readonly restrictions: readonly string[] };

const all: readonly LicenceRight[] = ['access', 'use', 'modify', 'distribute'];
const free = (...restrictions: string[]): ReviewedLicence => ({ rights: all, restrictions });

/**
 * Licences whose text was read against section 4 of the Guidelines, by SPDX identifier in lower case. A licence that is
 * not here is unknown, which is neither free nor unfree: its rights have to be stated.
 */
export const reviewedLicences: Readonly<Record<string, ReviewedLicence>> = {
  'apache-2.0': free('attribution'),
  mit: free('attribution'),
  'bsd-2-clause': free('attribution'),
  'bsd-3-clause': free('attribution'),
  isc: free('attribution'),
  'cc0-1.0': free(),
  unlicense: free(),
  'cc-by-4.0': free('attribution'),
  'cc-by-sa-4.0': free('attribution', 'shareAlike'),
  'mpl-2.0': free('attribution', 'shareAlike'),
  'gpl-2.0-only': free('attribution', 'shareAlike'),
  'gpl-2.0-or-later': free('attribution', 'shareAlike'),
  'gpl-3.0-only': free('attribution', 'shareAlike'),
  'gpl-3.0-or-later': free('attribution', 'shareAlike'),
  'lgpl-3.0-only': free('attribution', 'shareAlike'),
  'lgpl-3.0-or-later': free('attribution', 'shareAlike'),
  'agpl-3.0-only': free('attribution', 'shareAlike'),
  'agpl-3.0-or-later': free('attribution', 'shareAlike'),
  'eupl-1.2': free('attribution', 'shareAlike'),
  'cdla-permissive-2.0': free('attribution'),
  'cc-by-nc-4.0': free('attribution', 'nonCommercial'),
  'cc-by-nc-sa-4.0': free('attribution', 'shareAlike', 'nonCommercial'),
  'cc-by-nc-nd-4.0': { rights: ['access', 'use', 'distribute'], restrictions: ['attribution', 'nonCommercial'] },
  'cc-by-nd-4.0': { rights: ['access', 'use', 'distribute'], restrictions: ['attribution'] },
};

/** The review of a licence, where there is one. */
export function reviewedLicence(licence: string): ReviewedLicence | undefined {
  const key = licence.trim().toLowerCase();
  return Object.hasOwn(reviewedLicences, key) ? reviewedLicences[key] : undefined;
}

/**
 * Terms that leave a licence free and open source: attribution and share-alike terms, proportionate user verification
 * for safety, and specific, proportionate, non-discriminatory safety terms. Guidelines, section 4. Any other stated
 * restriction disqualifies.
 */
const tolerated = /^(attribution|notice|sharealike|copyleft)|safety|userverification/;
const disproportionate = /disproportionate|discriminatory(?<!nondiscriminatory)|unspecific/;

export function isToleratedRestriction(restriction: string): boolean {
  const words = lettersOf(restriction);
  return tolerated.test(words) && !disproportionate.test(words);
}

/** What the Guidelines (section 4) name as no monetisation, though somebody earns with the model. */
const noMonetisation = /optional|premium|microenterprise|openrepository|exclusivelyforsecurity|securityonly/;
/** What they name as monetisation: a price, dual licensing, services one cannot do without, exclusive hosting, data. */
const monetisation =
  /price|paid|dual|commerciallicen[cs]e|subscription|compulsory|mandatory|required|exclusive|advert|personaldata/;

/**
 * Whether a release is monetised (Art. 53(2), Recital 103, Guidelines section 4). How it is said to be counts before
 * whether it is said to be: optional services beside free use are no monetisation.
 */
export function isMonetisation(stated: boolean, how: string | undefined): boolean | 'contradictory' {
  if (how === undefined) return stated;
  const words = lettersOf(how);
  if (noMonetisation.test(words)) return false;
  return stated || !monetisation.test(words) ? stated : 'contradictory';
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '');
}

export const openSourceRights = all;
