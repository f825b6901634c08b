import { createRequire } from 'node:module';
import type Any from 'google-protobuf/google/protobuf/any_pb.js';
import type Empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type Code from '@eventstore/db-client/generated/code_pb.js';
import type Gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type ServerFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type Shared from '@eventstore/db-client/generated/shared_pb.js';
import type Status from '@eventstore/db-client/generated/status_pb.js';
import type Streams from '@eventstore/db-client/generated/streams_pb.js';

/**
 * The protocol as the official client defines it: the only place that reaches into the client's package, whose version
 * is pinned. These files are CommonJS, and `google-protobuf` has to be the very copy that the client uses.
 */
const require = createRequire(import.meta.url);
const clientFolder = '@eventstore/db-client/generated';
const requireOfClient = createRequire(require.resolve(`${clientFolder}/streams_pb.js`));

export const streams = requireOfClient('./streams_pb.js') as typeof Streams;
export const shared = requireOfClient('./shared_pb.js') as typeof Shared;
export const status = requireOfClient('./status_pb.js') as typeof Status;
export const { Code: statusCode } = requireOfClient('./code_pb.js') as typeof Code;
export const gossip = requireOfClient('./gossip_pb.js') as typeof Gossip;
export const serverFeatures = requireOfClient('./serverfeatures_pb.js') as typeof ServerFeatures;
export const empty = requireOfClient('google-protobuf/google/protobuf/empty_pb.js') as typeof Empty;
export const any = requireOfClient('google-protobuf/google/protobuf/any_pb.js') as typeof Any;

export type { Gossip, ServerFeatures, Shared, Status, Streams };

/** A message that can be written to the wire. */
export type Message = { serializeBinary(): Uint8Array };

const servicePaths = {
  streams: '/event_store.client.streams.Streams',
  serverFeatures: '/event_store.client.server_features.ServerFeatures',
  gossip: '/event_store.client.gossip.Gossip',
};

/** The methods served here, by their path on the wire. */
export const paths = {
  read: `${servicePaths.streams}/Read`,
  append: `${servicePaths.streams}/Append`,
  batchAppend: `${servicePaths.streams}/BatchAppend`,
  delete: `${servicePaths.streams}/Delete`,
  tombstone: `${servicePaths.streams}/Tombstone`,
  getSupportedMethods: `${servicePaths.serverFeatures}/GetSupportedMethods`,
  readGossip: `${servicePaths.gossip}/Read`,
} as const;
