import type { EventStore, SubscriptionMetrics, SubscriptionState } from '#libs/event-store';
import type { MetricFamily } from './metrics.js';

/** How far the subscriptions of this process have come. */
export function subscriptionFamilies({ states }: SubscriptionMetrics): readonly MetricFamily[] {
  const samples = (valueOf: (state: SubscriptionState) => number | bigint | undefined): MetricFamily['samples'] =>
    states.flatMap((state) => {
      const value = valueOf(state);
      return value === undefined ? [] : [{ labels: { subscription: state.subscription }, value }];
    });
  return [
    {
      name: 'tracker_subscription_position',
      help: 'Position in the event log up to which the subscription has handed everything out.',
      type: 'gauge',
      samples: samples(({ position }) => position),
    },
    {
      name: 'tracker_subscription_lag_seconds',
      help: 'For how long the subscription has not been level with the event log; 0 when it is.',
      type: 'gauge',
      samples: samples(({ lagSeconds }) => lagSeconds),
    },
    {
      name: 'tracker_subscription_interruptions_total',
      help: 'How often the event store ended the call and the subscription went on behind what it had.',
      type: 'counter',
      samples: samples(({ interruptions }) => interruptions),
    },
    {
      name: 'tracker_subscription_truncations_total',
      help: 'How often the event log was found to end before the place where the subscription goes on.',
      type: 'counter',
      samples: samples(({ truncations }) => truncations),
    },
  ];
}

/** Where the log ends now. Positions of an EventStoreDB are bytes, so the distance to them is no number of events. */
export async function logFamilies(store: EventStore): Promise<readonly MetricFamily[]> {
  const position = await store.head();
  return [
    {
      name: 'tracker_event_log_position',
      help: 'Position of the last event in the event log.',
      type: 'gauge',
      samples: position === undefined ? [] : [{ value: position }],
    },
  ];
}
