import { slugPattern } from '../../platform/slug.js';
import { distinctModelId, modelIdOf } from './model-id.js';

describe('the id of a model that is known by a reference', () => {
  it.each([
    ['aurora-70b', 'aurora-70b'],
    ['Northwind AI/Aurora 70B', 'northwind-ai-aurora-70b'],
    ['Qwen2.5-72B', 'qwen2.5-72b'],
    ['Modèle Été', 'modele-ete'],
    ['--x--', 'x'],
  ])('%s becomes %s', (ref, id) => expect(modelIdOf(ref)).toBe(id));

  it.each(['星火', '…', 'a'.repeat(500), '.hidden', '🙂'])('is a slug also for %s', (ref) => {
    expect(modelIdOf(ref)).toMatch(slugPattern);
    expect(distinctModelId({ providerId: 'p1', system: 'generic', ref })).toMatch(slugPattern);
  });

  it('is another one for another provider where the plain one is taken', () => {
    const reference = { system: 'generic', ref: 'aurora' };
    expect(distinctModelId({ providerId: 'p1', ...reference })).not.toBe(
      distinctModelId({ providerId: 'p2', ...reference }),
    );
  });
});
