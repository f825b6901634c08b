import { regulation } from '#libs/domain';
import { documentationKinds, obligationOfDocumentation } from './documentation-kinds.js';

const obligations = regulation.obligations.map(({ id }) => id);

it.each(documentationKinds)('%s is evidence for an obligation of the rulebook', (kind) => {
  expect(obligations).toContain(obligationOfDocumentation(kind));
});
