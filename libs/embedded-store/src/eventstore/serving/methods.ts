import { refusal } from '../access.js';
import { invalidArgument, notLeader, requestFailure, unavailable, unknownFailure } from '../protocol/failures.js';
import { paths, shared, streams, type Streams } from '../protocol/protocol.js';
import { readStreamName } from '../protocol/read-request.js';
import type { Call } from '../transport/call.js';
import type { Handler } from '../transport/grpc-server.js';
import { serveAppend } from './append.js';
import { BatchAppendCall } from './batch-append.js';
import { serveDelete, serveTombstone } from './delete.js';
import { encodeCluster, encodeMethods } from './describe.js';
import { Outlet } from './outlet.js';
import { befallRead } from './read-faults.js';
import { serveRead } from './read.js';
import { admit, type ServedLog } from './served-log.js';
import { serveSubscription } from './subscribe.js';

/** All methods of the protocol, by their paths. Calls that read are in `reading` as long as they are open. */
export function methodsOf(served: ServedLog, reading: Set<Call>): ReadonlyMap<string, Handler> {
  const methods = encodeMethods(Object.values(paths));
  return new Map<string, Handler>([
    [paths.append, (call) => serveAppend(served, call)],
    [
      paths.batchAppend,
      (call) => {
        const rights = admit(served, call);
        if (rights !== undefined) new BatchAppendCall(served, call, rights);
      },
    ],
    [paths.delete, (call) => serveDelete(served, call)],
    [paths.tombstone, (call) => serveTombstone(served, call)],
    [
      paths.read,
      (call) => {
        reading.add(call);
        call.onceOver(() => reading.delete(call));
        call.receiveOne(streams.ReadReq, (request) => void serveReading(served, call, request));
      },
    ],
    // Clients ask these two without saying who they are.
    [paths.getSupportedMethods, (call) => call.receiveOne(shared.Empty, () => listMethods(served, call, methods))],
    [
      paths.readGossip,
      (call) => call.receiveOne(shared.Empty, () => call.answer(encodeCluster(addressFor(served, call)))),
    ],
  ]);
}

async function serveReading(served: ServedLog, call: Call, request: Streams.ReadReq): Promise<void> {
  const rights = admit(served, call);
  const options = request.getOptions();
  if (rights === undefined) return;
  if (options?.hasUuidOption() !== true) return call.fail(invalidArgument('the option uuid_option is required'));
  const stream = options.hasStream()
    ? readStreamName(options.getStream()?.getStreamIdentifier()?.getStreamName_asU8())
    : undefined;
  if (typeof stream === 'object') return call.fail(requestFailure(stream));
  if (!rights(stream)) return call.fail(refusal(stream));
  const kind = options.hasSubscription() ? 'subscription' : 'read';
  countOpen(served, call, kind);
  try {
    const interruption = await befallRead(served, call, { kind, stream });
    if (interruption === false) return;
    const outlet = new Outlet(call, served.counters, interruption);
    if (kind === 'subscription') await serveSubscription(served.log, options, stream, outlet);
    else await serveRead(served.log, options, stream, outlet);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    served.tell(`a read of the event log failed: ${reason}`);
    call.fail(unavailable(reason));
  }
}

function countOpen({ counters }: ServedLog, call: Call, kind: 'read' | 'subscription'): void {
  const count = kind === 'read' ? 'openReads' : 'openSubscriptions';
  counters[count] += 1;
  call.onceOver(() => {
    counters[count] -= 1;
  });
}

/** The address that the caller has used, since it is known to lead here. */
function addressFor(served: ServedLog, call: Call): { readonly host: string; readonly port: number } {
  const { host, port } = served.address();
  const called = String(call.headers[':authority'] ?? '').replace(/:\d+$/, '');
  return { host: called === '' ? host : called, port };
}

function listMethods(served: ServedLog, call: Call, methods: Uint8Array): void {
  switch (served.faults.onListMethods?.()) {
    case 'drop':
      return;
    case 'cut':
      return call.cut();
    case 'tooBusy':
      return call.fail(unavailable('the server is too busy'));
    case 'notLeader':
      return call.fail(notLeader(served.address()));
    case 'unknown':
      return call.fail(unknownFailure('no leader info'));
    case undefined:
      return call.answer(methods);
  }
}
