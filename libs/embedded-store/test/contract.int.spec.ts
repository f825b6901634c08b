import {
  binaryEvent,
  END,
  eventTypeFilter,
  excludeSystemEvents,
  EventStoreDBClient,
  jsonEvent,
  START,
  streamNameFilter,
  type Filter,
  type Position,
  type ResolvedEvent,
} from '@eventstore/db-client';
import {
  casesSixToThirteen,
  event,
  events,
  follow,
  newStream,
  numbered,
  positionOf,
  said,
  sayingOf,
  Steps,
  until,
} from './contract-steps.js';
import { clientBy, countCalls, targetKinds, type Target } from './contract-target.js';

/**
 * What a client may rely on, in 55 numbered cases, on the embedded event store and on the server that EVENTSTORE_URL
 * names. "ok n": the append succeeded and its last event has revision n. "WEV(x)": the stream is at x instead.
 */
describe.each(targetKinds(process.env['EVENTSTORE_URL']))('$name', (kind) => {
  let target: Target;
  let client: EventStoreDBClient;
  let steps: Steps;
  const itAfterRestart = kind.mayRestart ? it : it.skip;

  beforeAll(async () => {
    target = await kind.start();
    client = EventStoreDBClient.connectionString(target.connectionString);
    steps = new Steps(client);
  });
  afterAll(async () => {
    await client.dispose();
    await target.stop();
  });

  /** A stream with so many events that say their revision. */
  async function streamOf(count: number): Promise<string> {
    const stream = newStream();
    await steps.append(stream, 'no_stream', events(...numbered(count)));
    return stream;
  }
  const positionsIn = async (stream: string): Promise<Position[]> => {
    const positions: Position[] = [];
    for await (const { event: found } of client.readStream(stream)) if (found?.position) positions.push(found.position);
    return positions;
  };
  const typeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'ok',
      (error: { type?: string }) => error.type,
    );

  describe('connect and features', () => {
    it('1. asks for the methods once and serves 100 concurrent appends on one BatchAppend stream', async () => {
      const calls = countCalls();
      const fresh = new Steps(EventStoreDBClient.connectionString(target.connectionString));
      const stream = newStream();
      await Promise.all(numbered(100).map((is) => fresh.outcome(stream, 'any', is)));
      calls.stop();
      expect(calls.of('ServerFeatures/GetSupportedMethods')).toBe(1);
      expect(calls.of('Streams/BatchAppend')).toBe(1);
      expect(await fresh.read(stream)).toHaveLength(100);
      await fresh.client.dispose();
    });

    it('2. is discovered by gossip', async () => {
      const calls = countCalls();
      const stream = await streamOf(1);
      const discovering = clientBy(target, 'esdb+discover', `${target.host}:${target.port}`);
      expect(await new Steps(discovering).read(stream)).toEqual(['0']);
      calls.stop();
      expect(calls.of('Gossip/Read')).toBe(1);
      await discovering.dispose();
    });

    it('3. is found beside a host that is dead', async () => {
      const stream = await streamOf(1);
      const choosing = clientBy(target, 'esdb', `${target.host}:1,${target.host}:${target.port}`);
      expect(await new Steps(choosing).read(stream)).toEqual(['0']);
      await choosing.dispose();
    });

    it('4. answers the classic Append, which credentials of a call ask for, like cases 6 to 13', async () => {
      const calls = countCalls();
      const { username, password } = new URL(target.connectionString);
      const credentials = { username: username || 'admin', password: decodeURIComponent(password) || 'changeit' };
      const classic = await casesSixToThirteen(new Steps(client, { credentials }));
      calls.stop();
      expect(calls.of('Streams/Append')).toBe(8);
      expect(classic).toEqual([
        'ok 1',
        'ok 2',
        'WEV(2)',
        'WEV(2)',
        'WEV(no_stream)',
        'WEV(2)',
        'WEV(no_stream)',
        'ok 3',
      ]);
    });

    itAfterRestart('5. takes appends that are tried again after a restart, with all earlier data there', async () => {
      const stream = await streamOf(2);
      await target.restart();
      expect(await steps.appendPatiently(stream, 1n, events('2'))).toMatchObject({ nextExpectedRevision: 2n });
      expect(await steps.read(stream)).toEqual(['0', '1', '2']);
    });
  });

  describe('append', () => {
    it('6. no stream, A(no_stream, [a,b]) → ok 1; a and b at 0 and 1, positions rising', async () => {
      const stream = newStream();
      expect(await steps.outcome(stream, 'no_stream', 'a', 'b')).toBe('ok 1');
      const found = [];
      for await (const { event: each } of client.readStream(stream)) found.push(each);
      expect(found.map((each) => each?.revision)).toEqual([0n, 1n]);
      expect(found[1]?.position?.commit).toBeGreaterThan(found[0]?.position?.commit ?? 0n);
      expect(await steps.read(stream)).toEqual(['a', 'b']);
    });
    it('7. head 1, A(1, [c]) → ok 2', async () => {
      expect(await steps.outcome(await streamOf(2), 1n, 'c')).toBe('ok 2');
    });
    it('8. head 2, A(0, [x]) → WEV(2)', async () => {
      expect(await steps.outcome(await streamOf(3), 0n, 'x')).toBe('WEV(2)');
    });
    it('9. head 2, A(5, [x]) → WEV(2)', async () => {
      expect(await steps.outcome(await streamOf(3), 5n, 'x')).toBe('WEV(2)');
    });
    it('10. no stream, A(0, [x]) → WEV(no_stream)', async () => {
      expect(await steps.outcome(newStream(), 0n, 'x')).toBe('WEV(no_stream)');
    });
    it('11. head 2, A(no_stream, [x]) → WEV(2)', async () => {
      expect(await steps.outcome(await streamOf(3), 'no_stream', 'x')).toBe('WEV(2)');
    });
    it('12. no stream, A(stream_exists, [x]) → WEV(no_stream)', async () => {
      expect(await steps.outcome(newStream(), 'stream_exists', 'x')).toBe('WEV(no_stream)');
    });
    it('13. head 2, A(any, [x]) → ok 3', async () => {
      expect(await steps.outcome(await streamOf(3), 'any', 'x')).toBe('ok 3');
    });

    it('14. takes 1,048,000 bytes of data, refuses 1,048,577 without writing', async () => {
      const stream = newStream();
      const bytes = (count: number) => [binaryEvent({ type: 'T', data: new Uint8Array(count) })];
      expect(await steps.append(stream, 'any', bytes(1_048_000))).toMatchObject({ nextExpectedRevision: 0n });
      await expect(steps.append(stream, 'any', bytes(1_048_577))).rejects.toMatchObject({
        type: 'maximum-append-size-exceeded',
        maxAppendSize: 1_048_576,
      });
      expect(await steps.read(stream)).toHaveLength(1);
    });

    it('15. A([]) on head 2 with any → ok 2, nothing changed', async () => {
      const stream = await streamOf(3);
      expect(await steps.outcome(stream, 'any')).toBe('ok 2');
      expect(await steps.read(stream)).toEqual(['0', '1', '2']);
    });

    it('16. 50 concurrent A(5, [x]) on head 5 → one ok, 49 WEV(6)', async () => {
      const stream = await streamOf(6);
      const outcomes = await Promise.all(numbered(50).map((is) => steps.outcome(stream, 5n, is)));
      expect(outcomes.filter((outcome) => outcome === 'ok 6')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'WEV(6)')).toHaveLength(49);
    });

    it('17. 1,000 concurrent A(any) → revisions 0 to 999, every answer its own', async () => {
      const stream = newStream();
      const outcomes = await Promise.all(numbered(1_000).map((is) => steps.outcome(stream, 'any', is)));
      expect(new Set(outcomes)).toEqual(new Set(numbered(1_000).map((revision) => `ok ${revision}`)));
      const revisions = [];
      for await (const { event: found } of client.readStream(stream)) revisions.push(Number(found?.revision));
      expect(revisions.map(String)).toEqual(numbered(1_000));
    });

    it('18. gives binary data back byte by byte, not as JSON', async () => {
      const stream = newStream();
      const data = Uint8Array.from({ length: 256 }, (_, index) => index);
      await steps.append(stream, 'any', [binaryEvent({ type: 'Bytes', data })]);
      for await (const { event: found } of client.readStream(stream)) {
        expect(found?.isJson).toBe(false);
        expect(Buffer.from(found?.data as Uint8Array)).toEqual(Buffer.from(data));
      }
    });

    it('19. gives no metadata where there was none', async () => {
      const stream = await streamOf(1);
      for await (const { event: found } of client.readStream(stream)) expect(found?.metadata).toBeUndefined();
    });

    it('20. keeps names, types and data beyond ASCII', async () => {
      const stream = `Zürich-模型-🚀-${newStream()}`;
      const sent = jsonEvent({ type: 'Größe🚀', data: { is: 'ключ 🜚' }, metadata: { naïve: '✓' } });
      await steps.append(stream, 'any', [sent]);
      for await (const { event: found } of client.readStream(stream)) {
        expect(found).toMatchObject({ streamId: stream, type: sent.type, data: sent.data, metadata: sent.metadata });
      }
    });

    it('21. keeps a name of 1,000 characters', async () => {
      const stream = newStream().padEnd(1_000, 'x');
      await steps.append(stream, 'any', events('a'));
      for await (const { event: found } of client.readStream(stream)) expect(found?.streamId).toBe(stream);
    });

    it('22. stamps events within 2 s of the clock, never falling along $all', async () => {
      const { position } = await steps.append(newStream(), 'any', events('now'));
      const now = Date.now();
      await streamOf(3);
      const stamps: number[] = [];
      for await (const { event: found } of client.readAll({ fromPosition: position ?? START })) {
        stamps.push(found?.created.getTime() ?? 0);
      }
      expect(stamps).toEqual([...stamps].sort((one, other) => one - other));
      expect(Math.abs((stamps[0] ?? 0) - now)).toBeLessThan(2_000);
    });

    it('23. shows an event on its stream and in $all as soon as it is acknowledged', async () => {
      const stream = newStream();
      for (const is of numbered(20)) {
        const fromPosition = positionOf(await steps.append(stream, 'any', events(is)));
        expect(await steps.read(stream, END, 1, 'backwards')).toEqual([is]);
        expect(await said(client.readAll({ fromPosition, maxCount: 1 }))).toEqual([is]);
      }
    });
  });

  describe('idempotency', () => {
    it('24. A(no_stream, [a,b]) twice → the same answer, two events in all', async () => {
      const stream = newStream();
      const proposed = events('a', 'b');
      const first = await steps.append(stream, 'no_stream', proposed);
      expect(await steps.append(stream, 'no_stream', proposed)).toEqual(first);
      expect(await steps.read(stream)).toEqual(['a', 'b']);
    });
    it('25. A(1, [c]) twice → ok 2 both times, even when the stream has gone on', async () => {
      const stream = await streamOf(2);
      const proposed = events('c');
      const first = await steps.append(stream, 1n, proposed);
      await steps.append(stream, 2n, events('d'));
      expect(await steps.append(stream, 1n, proposed)).toEqual(first);
      expect(await steps.read(stream)).toEqual(['0', '1', 'c', 'd']);
    });
    it('26. A(any, [d]) twice in a row → the same answer, one event', async () => {
      const stream = newStream();
      const proposed = events('d');
      const first = await steps.append(stream, 'any', proposed);
      expect(await steps.append(stream, 'any', proposed)).toEqual(first);
      expect(await steps.read(stream)).toEqual(['d']);
    });
    it('27. A(any, [d,e]) twice → one pair', async () => {
      const stream = newStream();
      const proposed = events('d', 'e');
      await steps.append(stream, 'any', proposed);
      await steps.append(stream, 'any', proposed);
      expect(await steps.read(stream)).toEqual(['d', 'e']);
    });
    it('28. keeps the first data of an id and expected revision', async () => {
      const stream = newStream();
      const first = event('first');
      await steps.append(stream, 'no_stream', [first]);
      await steps.append(stream, 'no_stream', [{ ...first, data: { is: 'second' } }]);
      expect(await steps.read(stream)).toEqual(['first']);
    });
    itAfterRestart('29. answers the retry of case 24 alike after a restart', async () => {
      const stream = newStream();
      const proposed = events('a', 'b');
      const first = await steps.append(stream, 'no_stream', proposed);
      await target.restart();
      expect(await steps.appendPatiently(stream, 'no_stream', proposed)).toEqual(first);
    });
  });

  describe('read', () => {
    it('30. forwards from 2, count 3', async () => {
      expect(await steps.read(await streamOf(9), 2n, 3)).toEqual(['2', '3', '4']);
    });
    it('31. backwards from the end, count 2', async () => {
      expect(await steps.read(await streamOf(9), END, 2, 'backwards')).toEqual(['8', '7']);
    });
    it('32. backwards from 3', async () => {
      expect(await steps.read(await streamOf(9), 3n, undefined, 'backwards')).toEqual(['3', '2', '1', '0']);
    });
    it('33. forwards past the end → nothing, no error', async () => {
      const stream = await streamOf(3);
      expect(await steps.read(stream, 3n)).toEqual([]);
      expect(await steps.read(stream, END)).toEqual([]);
    });
    it('34. missing stream → stream-not-found with its name', async () => {
      const streamName = newStream();
      await expect(steps.read(streamName)).rejects.toMatchObject({ type: 'stream-not-found', streamName });
    });
    it('35. 1,000 events forwards and backwards, in order, none missing', async () => {
      const stream = await streamOf(1_000);
      expect(await steps.read(stream)).toEqual(numbered(1_000));
      expect(await steps.read(stream, END, undefined, 'backwards')).toEqual(numbered(1_000).reverse());
    });
    it('36. frees a read that the client breaks off', async () => {
      const reading = client.readStream(await streamOf(1_000));
      for await (const { event: found } of reading) if (found?.revision === 3n) break;
      // Leaving the loop alone does not end the client's call.
      await reading.cancel();
      await until(() => target.openCalls() === 0);
    });
    it('37. readAll forwards from the position of an event includes it', async () => {
      const fromPosition = (await positionsIn(await streamOf(5)))[2] ?? START;
      expect(await said(client.readAll({ fromPosition, maxCount: 2 }))).toEqual(['2', '3']);
    });
    it('38. readAll backwards from it excludes it', async () => {
      const fromPosition = (await positionsIn(await streamOf(5)))[2] ?? START;
      expect(await said(client.readAll({ direction: 'backwards', fromPosition, maxCount: 2 }))).toEqual(['1', '0']);
    });
    it('39. readAll backwards from the end, count 1 → the newest', async () => {
      const newest = newStream();
      await steps.append(newest, 'any', events(newest));
      expect(await said(client.readAll({ direction: 'backwards', fromPosition: END, maxCount: 1 }))).toEqual([newest]);
    });
    it('40. resolveLinkTos gives event and link, or the link alone when its target is deleted', async () => {
      const stream = await streamOf(2);
      const links = newStream();
      await steps.append(links, 'any', [binaryEvent({ type: '$>', data: Buffer.from(`1@${stream}`) })]);
      const resolve = async () => {
        const found: ResolvedEvent[] = [];
        for await (const each of client.readStream(links, { resolveLinkTos: true })) found.push(each);
        return found[0];
      };
      expect(await resolve()).toMatchObject({
        event: { streamId: stream, revision: 1n },
        link: { streamId: links, revision: 0n, type: '$>' },
      });
      await client.deleteStream(stream);
      const { event: gone, link } = (await resolve()) ?? {};
      expect([gone, link?.type]).toEqual([undefined, '$>']);
    });
  });

  describe('subscribe', () => {
    it('41. from the start of an empty stream: confirmed, caught up, then live events in order', async () => {
      const stream = newStream();
      const subscription = client.subscribeToStream(stream, { fromRevision: START });
      const seen = follow(subscription);
      await until(() => seen.all.includes('[caught up]'));
      for (const is of ['a', 'b', 'c']) await steps.append(stream, 'any', events(is));
      await until(() => seen.all.includes('c'));
      expect(seen.all).toEqual(['[confirmed]', '[caught up]', 'a', 'b', 'c']);
      await subscription.unsubscribe();
    });

    it('42. from the end: none of the old, all of the new', async () => {
      const stream = await streamOf(3);
      const subscription = client.subscribeToStream(stream, { fromRevision: END });
      const seen = follow(subscription);
      await until(() => seen.all.includes('[caught up]'));
      await steps.append(stream, 'any', events('3', '4'));
      await until(() => seen.all.includes('4'));
      expect(seen.events()).toEqual(['3', '4']);
      await subscription.unsubscribe();
    });

    it('43. from revision 3: the first is 4', async () => {
      const subscription = client.subscribeToStream(await streamOf(6), { fromRevision: 3n });
      const seen = follow(subscription);
      await until(() => seen.all.includes('5'));
      expect(seen.events()).toEqual(['4', '5']);
      await subscription.unsubscribe();
    });

    it('44. $all from a position: the first is after it', async () => {
      const [, , fromPosition] = await positionsIn(await streamOf(5));
      const subscription = client.subscribeToAll({ fromPosition: fromPosition ?? START });
      const seen = follow(subscription);
      await until(() => seen.all.includes('4'));
      expect(seen.events().slice(0, 2)).toEqual(['3', '4']);
      await subscription.unsubscribe();
    });

    it('45. beside a writer of 10,000 events: no gap, none twice, in order, going on where it was dropped', async () => {
      const stream = newStream();
      const seen: string[] = [];
      const subscribing = (async () => {
        while (seen.length < 10_000) {
          const fromRevision = seen.length === 0 ? START : BigInt(seen.length - 1);
          const subscription = client.subscribeToStream(stream, { fromRevision });
          try {
            for await (const resolved of subscription) {
              seen.push(sayingOf(resolved));
              if (seen.length < 10_000) continue;
              // Leaving the loop alone does not end the client's call.
              return await subscription.unsubscribe();
            }
          } catch (error) {
            if ((error as { type?: string }).type !== 'timeout') throw error;
          }
        }
      })();
      for (let from = 0; from < 10_000; from += 100) await steps.append(stream, 'any', events(...numbered(100, from)));
      await subscribing;
      expect(seen).toEqual(numbered(10_000));
    });

    it('46. filters by prefix and regex, on stream and type, and leaves system events out', async () => {
      const run = newStream();
      const fromPosition = positionOf(await steps.append(run, 'any', events('begin')));
      const filters: readonly [Filter, readonly string[]][] = [
        [streamNameFilter({ prefixes: [`${run}-m`] }), ['m1', 'm2']],
        [streamNameFilter({ regex: `^${run}-(m|p)1$` }), ['m1', 'p1']],
        [eventTypeFilter({ prefixes: [`${run}Placed`] }), ['m2']],
        [eventTypeFilter({ regex: `^${run}.*ed$` }), ['m1', 'm2', 'p1']],
        [excludeSystemEvents(), ['m1', 'm2', 'p1']],
      ];
      const subscriptions = filters.map(([filter]) => client.subscribeToAll({ fromPosition, filter }));
      const seen = subscriptions.map(follow);
      await steps.append(`${run}-m1`, 'any', [event('m1', `${run}Registered`)]);
      await steps.append(`${run}-m2`, 'any', [event('m2', `${run}Placed`)]);
      await client.setStreamMetadata(`${run}-m2`, { maxCount: 3 });
      await steps.append(`${run}-p1`, 'any', [event('p1', `${run}Registered`)]);
      const ours = (index: number) => seen[index]?.events().filter((each) => /^[mp]\d$/.test(each)) ?? [];
      await until(() => filters.every(([, wanted], index) => ours(index).length >= wanted.length));
      for (const [index, [, wanted]] of filters.entries()) expect(ours(index)).toEqual(wanted);
      expect(seen[4]?.all).not.toContain('undefined');
      await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
    });

    it('47. sends nothing more once unsubscribed, frees the call, and appends go on', async () => {
      const stream = newStream();
      const subscription = client.subscribeToStream(stream);
      const seen = follow(subscription);
      await steps.append(stream, 'any', events('a'));
      await until(() => seen.all.includes('a'));
      await subscription.unsubscribe();
      await until(() => target.openCalls() === 0);
      expect(await steps.outcome(stream, 'any', 'b')).toBe('ok 1');
      expect(seen.events()).toEqual(['a']);
    });

    itAfterRestart('48. ends with exactly one error when the server stops', async () => {
      const seen = follow(client.subscribeToAll({ fromPosition: END }));
      await until(() => seen.all.includes('[caught up]'));
      await target.restart();
      await until(() => seen.all.length > 2);
      await steps.appendPatiently(newStream(), 'any', events('after'));
      expect(seen.all.slice(2)).toHaveLength(1);
      expect(seen.all[2]).toMatch(/^\[error (unavailable|cancelled|unknown)\]$/);
    });
  });

  describe('delete and metadata', () => {
    it('49. $maxCount 3 on 10 events → the last 3', async () => {
      const stream = await streamOf(10);
      await client.setStreamMetadata(stream, { maxCount: 3 });
      expect(await steps.read(stream)).toEqual(['7', '8', '9']);
    });

    it('50. $tb 7 → reads from the start begin at 7', async () => {
      const stream = await streamOf(10);
      await client.setStreamMetadata(stream, { truncateBefore: 7 });
      expect(await steps.read(stream)).toEqual(['7', '8', '9']);
    });

    it('51. $maxAge hides old events', async () => {
      const stream = await streamOf(2);
      await client.setStreamMetadata(stream, { maxAge: 1 });
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      await steps.append(stream, 'any', events('new'));
      expect(await steps.read(stream)).toEqual(['new']);
    });

    it('52. metadata: none → undefined, the last one wins, its expected revision is checked', async () => {
      const stream = newStream();
      expect((await client.getStreamMetadata(stream)).metadata).toBeUndefined();
      await client.setStreamMetadata(stream, { maxCount: 3 }, { expectedRevision: 'no_stream' });
      await client.setStreamMetadata(stream, { maxCount: 4, owner: 'us' }, { expectedRevision: 0n });
      expect((await client.getStreamMetadata(stream)).metadata).toMatchObject({ maxCount: 4, owner: 'us' });
      const late = client.setStreamMetadata(stream, { maxCount: 5 }, { expectedRevision: 0n });
      expect(await typeOf(late)).toBe('wrong-expected-version');
    });

    it('53. soft delete → not found; A(any) continues the numbers', async () => {
      const stream = await streamOf(3);
      await client.deleteStream(stream);
      expect(await typeOf(steps.read(stream))).toBe('stream-not-found');
      expect(await steps.outcome(stream, 'any', '3')).toBe('ok 3');
      expect(await steps.read(stream)).toEqual(['3']);
    });

    it('54. delete at a wrong revision → WEV with expected and actual', async () => {
      const streamName = await streamOf(3);
      await expect(client.deleteStream(streamName, { expectedRevision: 0n })).rejects.toMatchObject({
        type: 'wrong-expected-version',
        streamName,
        expectedVersion: 0n,
        actualVersion: 2n,
      });
    });

    it('55. tombstone → A, R, S and delete say stream-deleted with the name; $all keeps the events', async () => {
      const streamName = await streamOf(2);
      const [fromPosition] = await positionsIn(streamName);
      await client.tombstoneStream(streamName);
      const subscribing = new Promise((_resolve, reject) => {
        client.subscribeToStream(streamName).on('error', reject);
      });
      const all = [
        steps.append(streamName, 'any', events('x')),
        steps.read(streamName),
        client.deleteStream(streamName),
      ];
      for (const work of [...all, subscribing]) {
        await expect(work).rejects.toMatchObject({ type: 'stream-deleted', streamName });
      }
      expect(await said(client.readAll({ fromPosition: fromPosition ?? START, maxCount: 2 }))).toEqual(['0', '1']);
    });
  });
});
