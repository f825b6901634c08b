import { randomUUID } from 'node:crypto';
import { instantFromMilliseconds, type Instant } from '#libs/domain';
import type { ReminderQueue } from '../src/index.js';

export type OpenQueue = () => Promise<ReminderQueue>;

const nowInstant = (): Instant => instantFromMilliseconds(Date.now());
const later = (instant: Instant, ms: number): Instant => instantFromMilliseconds(instant + ms);

/** Every adapter of the queue passes this. `open` opens the same queue each time. */
export function reminderQueueContract(name: string, open: OpenQueue): void {
  describe(`reminder queue contract: ${name}`, () => {
    const opened: ReminderQueue[] = [];
    const openOne = async (): Promise<ReminderQueue> => {
      const queue = await open();
      opened.push(queue);
      return queue;
    };
    const model = (): string => `m-${randomUUID()}`;

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((queue) => queue.close()));
    });

    it('rings for the model, and not before its time', async () => {
      const queue = await openOne();
      const asked = model();
      const rung = new Promise<{ model: string; at: number }>((resolve, reject) => {
        queue
          .start(async (rings) => (rings === asked ? resolve({ model: rings, at: Date.now() }) : undefined))
          .catch(reject);
      });
      const now = nowInstant();
      await queue.arm([{ model: asked, at: later(now, 400) }], now);
      expect((await rung).at).toBeGreaterThanOrEqual(now + 400);
    });

    it('rings once for an alarm that is set twice', async () => {
      const queue = await openOne();
      const [asked, last] = [model(), model()];
      const rings: string[] = [];
      const now = nowInstant();
      const alarm = { model: asked, at: later(now, 300) };
      await queue.arm([alarm], now);
      await queue.arm([alarm], now);
      await queue.arm([{ model: last, at: later(now, 900) }], now);
      await new Promise<void>((resolve, reject) => {
        queue
          .start(async (rung) => {
            rings.push(rung);
            if (rung === last) resolve();
          })
          .catch(reject);
      });
      expect(rings.filter((rung) => rung === asked)).toHaveLength(1);
    });

    it('keeps alarms over a restart', async () => {
      const asked = model();
      const before = await openOne();
      const now = nowInstant();
      await before.arm([{ model: asked, at: later(now, 500) }], now);
      await before.close();
      opened.splice(opened.indexOf(before), 1);
      const after = await openOne();
      await new Promise<void>((resolve, reject) => {
        after.start(async (rung) => (rung === asked ? resolve() : undefined)).catch(reject);
      });
    });

    it('goes on ringing after a handler has failed', async () => {
      const queue = await openOne();
      const [failing, asked] = [model(), model()];
      const now = nowInstant();
      await queue.arm(
        [
          { model: failing, at: later(now, 100) },
          { model: asked, at: later(now, 400) },
        ],
        now,
      );
      await new Promise<void>((resolve, reject) => {
        queue
          .start(async (rung) => {
            if (rung === failing) throw new Error('no such mailbox');
            if (rung === asked) resolve();
          })
          .catch(reject);
      });
    });
  });
}
