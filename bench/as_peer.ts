import type { Case, Inputs } from './case.ts';
import type { Peer } from './peer.ts';
import type * as Peers from './peers/peers.mjs';

/** Adapts a library of bench/peers to the benchmark's `Peer`. */
export function asPeer(peer: Peers.Peer): Peer {
  return {
    name: peer.name,
    version: peer.version,
    device: peer.device,
    errors: peer.errors,
    prepare: (one, inputs) => peer.prepare(specOf(one, inputs)),
    reason: (one) => peer.reason(specOf(one, {})),
    flush: () => peer.flush(),
  };
}

function specOf({ op, shape, dtype, channelAxis }: Case, inputs: Inputs): Peers.Spec {
  return {
    op: op as Peers.PeerOp,
    shape,
    dtype,
    ...(channelAxis !== undefined && { channelAxis: (channelAxis + shape.length) % shape.length }),
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data])),
  };
}
