import { SecretBox, UnreadableSecret } from './secret-box.js';

const box = new SecretBox('the key of this installation');

describe('a sealed secret', () => {
  it('opens at its place', () => {
    expect(box.open(box.seal('whsec_abc', 'secret of a'), 'secret of a')).toBe('whsec_abc');
  });

  it('shows neither its text nor that it equals another one', () => {
    const sealed = box.seal('whsec_abc', 'secret of a');
    expect(sealed.includes('whsec_abc')).toBe(false);
    expect(box.seal('whsec_abc', 'secret of a').equals(sealed)).toBe(false);
  });

  it('opens nowhere else, with no other key and after no change', () => {
    const sealed = box.seal('whsec_abc', 'secret of a');
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(() => box.open(sealed, 'secret of b')).toThrow(UnreadableSecret);
    expect(() => new SecretBox('another key').open(sealed, 'secret of a')).toThrow(UnreadableSecret);
    expect(() => box.open(changed, 'secret of a')).toThrow(UnreadableSecret);
    expect(() => box.open(Buffer.alloc(3), 'secret of a')).toThrow(UnreadableSecret);
  });
});
