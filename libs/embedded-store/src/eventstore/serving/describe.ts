import type { handleUnaryCall, ServerUnaryCall } from '@grpc/grpc-js';
import { gossip, serverFeatures, shared } from '../protocol/protocol.js';

/** Release of the protocol whose answers are given here. */
const version = '24.10.0';
const instanceId = '00000000-0000-4000-8000-000000000001';

type Service = Readonly<Record<string, { readonly path: string }>>;

/** Answers which methods are served, and no others: clients choose their ways by it. */
export function listMethods(services: readonly Service[]): handleUnaryCall<unknown, Uint8Array> {
  const methods = new serverFeatures.SupportedMethods();
  methods.setEventStoreServerVersion(version);
  for (const { path } of services.flatMap((service) => Object.values(service))) {
    const [, serviceName = '', methodName = ''] = path.toLowerCase().split('/');
    const method = new serverFeatures.SupportedMethod();
    method.setServiceName(serviceName);
    method.setMethodName(methodName);
    methods.addMethods(method);
  }
  const answer = methods.serializeBinary();
  return (_call, callback) => callback(null, answer);
}

/** Answers a cluster of one, at the address that the caller has used. */
export function describeCluster(host: string, port: number): handleUnaryCall<unknown, Uint8Array> {
  return (call: ServerUnaryCall<unknown, Uint8Array>, callback) => {
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress(call.getHost().replace(/:\d+$/, '') || host);
    endPoint.setPort(port);
    const id = new shared.UUID();
    id.setString(instanceId);
    const member = new gossip.MemberInfo();
    member.setInstanceId(id);
    member.setTimeStamp(`${Date.now()}0000`);
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    const cluster = new gossip.ClusterInfo();
    cluster.addMembers(member);
    callback(null, cluster.serializeBinary());
  };
}
