import { createRequire } from 'node:module';
import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import type Gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type GossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type ServerFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type ServerFeaturesGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type StreamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';

const generated = createRequire(import.meta.url);
const of = <Module>(name: string): Module => generated(`@eventstore/db-client/generated/${name}`) as Module;
const gossip = of<typeof Gossip>('gossip_pb.js');
const features = of<typeof ServerFeatures>('serverfeatures_pb.js');

export type Member = { readonly port: number; readonly isLeader: boolean };

/** What the node says when it is asked for its methods: `hang` says nothing, a number is the code of a failure. */
export type Negotiation = 'answer' | 'hang' | number | Promise<'answer'>;

/** A node of a cluster that leads nowhere by itself: it knows the others, and sends everybody to the leader. */
export class ScriptedNode {
  readonly asked = { gossip: 0, negotiation: 0, read: 0, append: 0 };

  private constructor(
    readonly port: number,
    private readonly server: Server,
  ) {}

  static async start(script: {
    readonly members: () => readonly Member[];
    readonly leaderPort: () => number;
    readonly negotiation?: () => Negotiation;
  }): Promise<ScriptedNode> {
    const server = new Server();
    let node: ScriptedNode | undefined;
    const count = (what: keyof ScriptedNode['asked']): void => void (node!.asked[what] += 1);
    const toTheLeader = (): object => {
      const metadata = new Metadata();
      metadata.set('exception', 'not-leader');
      metadata.set('leader-endpoint-host', '127.0.0.1');
      metadata.set('leader-endpoint-port', String(script.leaderPort()));
      return Object.assign(new Error('not leader'), { code: status.NOT_FOUND, details: 'not leader', metadata });
    };
    server.addService(of<typeof GossipGrpc>('gossip_grpc_pb.js').GossipService, {
      read: (_call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) => {
        count('gossip');
        answer(null, clusterOf(script.members()));
      },
    });
    server.addService(of<typeof ServerFeaturesGrpc>('serverfeatures_grpc_pb.js').ServerFeaturesService, {
      getSupportedMethods: (_call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) => {
        count('negotiation');
        void Promise.resolve(script.negotiation?.() ?? 'answer').then((negotiation) => {
          if (negotiation === 'answer') answer(null, methods());
          else if (negotiation !== 'hang') answer({ code: negotiation, details: 'not today' });
        });
      },
    });
    server.addService(of<typeof StreamsGrpc>('streams_grpc_pb.js').StreamsService, {
      read: (call: ServerWritableStream<unknown, unknown>) => {
        count('read');
        call.emit('error', toTheLeader());
      },
      batchAppend: (call: ServerDuplexStream<unknown, unknown>) => {
        call.once('data', () => {
          count('append');
          call.emit('error', toTheLeader());
        });
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    return (node = new ScriptedNode(port, server));
  }

  async stop(): Promise<void> {
    this.server.forceShutdown();
  }
}

function clusterOf(members: readonly Member[]): Gossip.ClusterInfo {
  const cluster = new gossip.ClusterInfo();
  for (const [number, { port, isLeader }] of members.entries()) {
    const { MemberInfo, EndPoint } = gossip;
    const endPoint = new EndPoint().setAddress('127.0.0.1').setPort(port);
    const member = new MemberInfo()
      .setState(isLeader ? MemberInfo.VNodeState.LEADER : MemberInfo.VNodeState.FOLLOWER)
      .setIsAlive(true)
      .setTimeStamp('0')
      .setHttpEndPoint(endPoint);
    member.setInstanceId(instanceId(number));
    cluster.addMembers(member);
  }
  return cluster;
}

function instanceId(number: number) {
  const { UUID } = of<{ UUID: new () => { setString(text: string): never } }>('shared_pb.js');
  return new UUID().setString(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
}

function methods(): ServerFeatures.SupportedMethods {
  const supported = new features.SupportedMethods().setEventStoreServerVersion('24.10.0');
  const method = new features.SupportedMethod()
    .setServiceName('event_store.client.streams.streams')
    .setMethodName('batchappend');
  supported.addMethods(method);
  return supported;
}

/** A machine that takes connections and says nothing, ever. */
export class BlackHole {
  private constructor(
    readonly port: number,
    private readonly server: TcpServer,
    private readonly sockets: Set<Socket>,
  ) {}

  static async start(): Promise<BlackHole> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new BlackHole((server.address() as { port: number }).port, server, sockets);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
