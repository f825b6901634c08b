import { systemPacing } from '../../src/eventstoredb/pacing.js';
import { connectEventStore } from '../../src/eventstoredb/eventstoredb-event-store.js';
import { eventStoreContract } from '../event-store-contract.js';
import { noFaults } from './fault-plan.js';
import { SimulatedClient, SimulatedProcess } from './simulated-client.js';
import { SimulatedServer } from './simulated-server.js';
import { simulate } from './simulation.js';

const thisFile = 'libs/event-store/testing/simulation';
const onlySeed = process.env['SIMULATION_SEED'];
const seeds = Number(process.env['SIMULATION_SEEDS'] ?? 2_000);
const firstSeed = Number(process.env['SIMULATION_FIRST_SEED'] ?? 1);
const seedsPerTest = 100;

async function run(seed: number): Promise<void> {
  const { violations, history } = await simulate(seed);
  if (violations.length === 0) return;
  const told = onlySeed === undefined ? history.slice(-40) : history;
  throw new Error(
    `seed ${seed}: ${violations.join('\n')}\n\n${told.join('\n')}\n\nalone: SIMULATION_SEED=${seed} npm run jest -- ${thisFile}`,
  );
}

if (onlySeed !== undefined) {
  it(`keeps every promise through the faults of seed ${onlySeed}`, () => run(Number(onlySeed)));
} else {
  eventStoreContract('the adapter on the simulated server without faults', async () => {
    const pacing = { ...systemPacing, now: Date.now };
    const server = new SimulatedServer({ faults: noFaults, random: Math.random, pacing });
    const open = () => new SimulatedClient(server, new SimulatedProcess()).asClient();
    return {
      store: connectEventStore({ connectionString: 'esdb://simulated', open }),
      close: async () => undefined,
    };
  });

  describe('the adapter between callers and a server that fails', () => {
    it('sees the same happen when a seed is run again', async () => {
      expect(await simulate(7)).toEqual(await simulate(7));
    });

    const starts = Array.from({ length: Math.ceil(seeds / seedsPerTest) }, (_, i) => firstSeed + i * seedsPerTest);
    it.each(starts)('keeps every promise, seeds from %i on', async (start) => {
      const end = Math.min(start + seedsPerTest, firstSeed + seeds);
      for (let seed = start; seed < end; seed += 1) await run(seed);
    });
  });
}
