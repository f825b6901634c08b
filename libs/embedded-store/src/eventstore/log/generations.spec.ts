import { Generations } from './generations.js';

describe('a map that forgets', () => {
  it('keeps what was used last, and forgets what was not', () => {
    const map = new Generations<string, number>(10);
    for (let index = 0; index < 100; index += 1) {
      map.set(`${index}`, index);
      expect(map.get('0')).toBe(0);
    }
    for (let index = 91; index < 100; index += 1) expect(map.get(`${index}`)).toBe(index);
    expect(map.get('50')).toBeUndefined();
    expect(map.hasForgotten).toBe(true);
  });

  it('has forgotten nothing as long as nothing was dropped, and after it was cleared', () => {
    const map = new Generations<string, number>(10);
    for (let index = 0; index < 19; index += 1) map.set(`${index}`, index);
    expect(map.hasForgotten).toBe(false);
    for (let index = 9; index < 19; index += 1) expect(map.get(`${index}`)).toBe(index);
    for (let index = 19; index < 40; index += 1) map.set(`${index}`, index);
    expect(map.hasForgotten).toBe(true);
    map.clear();
    expect([map.hasForgotten, map.get('39')]).toEqual([false, undefined]);
  });

  it('answers the value set last', () => {
    const map = new Generations<string, number>(2);
    map.set('a', 1);
    map.set('b', 1);
    map.set('a', 2);
    expect(map.get('a')).toBe(2);
  });
});
