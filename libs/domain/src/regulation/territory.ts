/**
 * ISO 3166-1 codes of the Member States of the Union: unchanged since the Regulation was adopted.
 * Source: Art. 52 TEU as it stands since 1 February 2020.
 */
export const memberStates: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/**
 * Parties to the EEA Agreement that are not Member States. They count as outside the Union for Art. 54 until the
 * Regulation is part of that agreement, which we have not seen confirmed.
 */
export const eeaStatesOutsideTheUnion: ReadonlySet<string> = new Set(['IS', 'LI', 'NO']);
