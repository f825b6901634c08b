import fc from 'fast-check';
import { jsonDepthMax, parseStrictJson, UnreadableJson } from './strict-json.js';

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));

describe('strict JSON', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__') && !text.includes('\\u0000'));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes the same name in neighbouring and nested objects', () => {
    expect(parse('[{"a":{"a":1}},{"a":2}]')).toEqual([{ a: { a: 1 } }, { a: 2 }]);
  });

  it('takes brackets, braces and colons inside of texts for text', () => {
    expect(parse('{"a":"[{\\"a\\":","b":"\\\\"}')).toEqual({ a: '[{"a":', b: '\\' });
  });

  it.each([
    ['a member that is there twice', '{"flop":"1","b":{},"flop":"2"}', /"flop" is there twice/],
    ['a member that is there twice in another spelling', '{"flop":"1","fl\\u006fp":"2"}', /"flop" is there twice/],
    ['a prototype', '{"__proto__":{"admin":true}}', /__proto__/],
    ['a prototype in another spelling', '{"\\u005f_proto__":{}}', /__proto__/],
    ['the character NUL', '{"name":"a\\u0000b"}', /NUL/],
    ['half of a surrogate pair', '{"name":"\\ud83d"}', /surrogate/],
    ['text that is no JSON', '{"name":', /JSON/],
    ['an empty body', '', /JSON/],
  ])('refuses %s', (_, text, reason) => {
    expect(() => parse(text)).toThrow(UnreadableJson);
    expect(() => parse(text)).toThrow(reason);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseStrictJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(/UTF-8/);
  });

  it('bounds the depth, however deep the text goes', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parse(nested(jsonDepthMax))).toBeDefined();
    expect(() => parse(nested(jsonDepthMax + 1))).toThrow(/nested deeper/);
    expect(() => parse(nested(100_000))).toThrow(UnreadableJson);
  });
});
