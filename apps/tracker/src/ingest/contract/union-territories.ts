/**
 * Where placing a model is placing it on the Union market: the member states, the Union as a whole, and the EEA states,
 * for which the AI Act is of relevance (its title says "Text with EEA relevance"). ISO 3166-1 alpha-2, and the `EL` and
 * `EU` that the institutions use.
 */
const unionTerritories = new Set(
  'EU EEA AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO'.split(' '),
);

export function isUnionTerritory(territory: string): boolean {
  return unionTerritories.has(territory.trim().toUpperCase());
}
