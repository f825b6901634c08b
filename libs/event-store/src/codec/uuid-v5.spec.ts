import { eventIdOf, uuidV5 } from './uuid-v5.js';

describe('uuidV5', () => {
  it('gives the known answer of RFC 9562, appendix A.4', () => {
    expect(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    );
  });

  it('refuses a namespace that is not a UUID', () => {
    expect(() => uuidV5('provider', 'x')).toThrow('expected a UUID as namespace');
  });
});

describe('eventIdOf', () => {
  it('keeps the parts of a name apart', () => {
    expect(eventIdOf('model-a', 'b')).not.toBe(eventIdOf('model-', 'ab'));
    expect(eventIdOf('model-a', 'b')).toBe(eventIdOf('model-a', 'b'));
  });
});
