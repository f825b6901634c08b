import { nearestNames } from './nearest-names.js';
import { regulation } from './regulation.js';

const ids = regulation.obligations.map(({ id }) => id);

describe('the nearest names', () => {
  it.each([
    ['art-53-1-c-copyright-polcy', 'art-53-1-c-copyright-policy'],
    ['copyright-policy', 'art-53-1-c-copyright-policy'],
    ['Art-52-1-Notify-Commission', 'art-52-1-notify-commission'],
    ['notify-commission-52-1', 'art-52-1-notify-commission'],
  ])('of %s begin with %s', (written, expected) => {
    expect(nearestNames(written, ids)[0]).toBe(expected);
  });

  it('are three at most, and do not depend on the order of the names', () => {
    expect(nearestNames('', ids)).toHaveLength(3);
    expect(nearestNames('art-55', ids)).toEqual(nearestNames('art-55', ids.toReversed()));
    expect(nearestNames('anything', [])).toEqual([]);
  });
});
