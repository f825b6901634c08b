import { gossip, serverFeatures, shared } from '../protocol/protocol.js';

/** Release of the protocol whose answers are given here. */
const version = '24.10.0';
const instanceId = '00000000-0000-4000-8000-000000000001';

/** The answer that lists the methods served, and no others: clients choose their ways by it. */
export function encodeMethods(paths: readonly string[]): Uint8Array {
  const methods = new serverFeatures.SupportedMethods();
  methods.setEventStoreServerVersion(version);
  for (const path of paths) {
    const [, serviceName = '', methodName = ''] = path.toLowerCase().split('/');
    const method = new serverFeatures.SupportedMethod();
    method.setServiceName(serviceName);
    method.setMethodName(methodName);
    methods.addMethods(method);
  }
  return methods.serializeBinary();
}

/** The answer of a cluster of one, at the address that the caller has used. */
export function encodeCluster(address: { readonly host: string; readonly port: number }): Uint8Array {
  const endPoint = new gossip.EndPoint();
  endPoint.setAddress(address.host);
  endPoint.setPort(address.port);
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
  return cluster.serializeBinary();
}
