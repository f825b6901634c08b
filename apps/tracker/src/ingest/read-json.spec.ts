import { NumberLiteral, readJson } from './read-json.js';

const read = (text: string) => readJson(Buffer.from(text));

describe('reading a body as JSON', () => {
  it('keeps every digit of a number that a double would round', () => {
    const json = read('{"flop": 10000000000000000000000001, "note": "10000000000000000000000001"}');
    expect(json).toEqual({
      ok: true,
      value: { flop: new NumberLiteral('10000000000000000000000001'), note: '10000000000000000000000001' },
    });
  });

  it('leaves numbers alone that a double holds', () => {
    expect(read('{"flop": 6.3e24, "text": "1234567890123456789"}')).toEqual({
      ok: true,
      value: { flop: 6.3e24, text: '1234567890123456789' },
    });
  });

  it.each([
    ['half an object', '{"type":"gpai.compute.reported","data":'],
    ['a member twice', '{"flop": 1, "flop": 2}'],
    ['a prototype', '{"__proto__": {"flop": 1}}'],
    ['nesting without end', '['.repeat(100_000)],
    ['deep nesting', `${'['.repeat(1000)}${']'.repeat(1000)}`],
  ])('refuses %s', (_what, text) => {
    expect(read(text)).toMatchObject({ ok: false, refusal: { reason: 'body_malformed' } });
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({
      ok: false,
      refusal: { reason: 'body_malformed' },
    });
  });
});
