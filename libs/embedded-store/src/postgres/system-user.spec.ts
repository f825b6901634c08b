import { maySearch } from './system-user.js';

describe('passing through a folder', () => {
  const folder = { uid: 10, gid: 20 };

  it.each([
    ['its owner, by the bit of the owner', { uid: 10, gid: 99 }, 0o700, true],
    ['its owner, though all others may', { uid: 10, gid: 20 }, 0o077, false],
    ['its group, by the bit of the group', { uid: 11, gid: 20 }, 0o710, true],
    ['its group, though all others may', { uid: 11, gid: 20 }, 0o701, false],
    ['others, by the bit of the others', { uid: 11, gid: 21 }, 0o701, true],
    ['others, who may only read', { uid: 11, gid: 21 }, 0o704, false],
    ['root, whatever the bits', { uid: 0, gid: 0 }, 0o000, true],
  ])('%s', (_name, user, mode, may) => {
    expect(maySearch(user, { ...folder, mode })).toBe(may);
  });
});
