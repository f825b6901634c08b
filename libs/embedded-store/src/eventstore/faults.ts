/**
 * What befalls an append, a delete or a tombstone.
 * - `dropBeforeCommit`: nothing is written, and no answer ever comes.
 * - `dropAfterCommit`: it is written, and no answer ever comes.
 * - `cutBeforeCommit`, `cutAfterCommit`: the connection breaks, with everything else on it.
 * - `timeoutBeforeCommit`, `timeoutAfterCommit`: answered as a timeout, whose outcome the client cannot know.
 * - `notLeader`: refused with a redirect to this server; a batch stream ends by it, with all that is pending on it.
 * - `tooBusy`: ended with UNAVAILABLE, a batch stream as well.
 * - `refuseWrites`: refused for this one, as by a full disk.
 * - `beforeCommitMs`: written only after this time, which may be later than the client waits.
 * - `afterCommitMs`: written at once, answered after this time.
 */
export type WriteFault =
  | 'dropBeforeCommit'
  | 'dropAfterCommit'
  | 'cutBeforeCommit'
  | 'cutAfterCommit'
  | 'timeoutBeforeCommit'
  | 'timeoutAfterCommit'
  | 'notLeader'
  | 'tooBusy'
  | 'refuseWrites'
  | { readonly beforeCommitMs: number }
  | { readonly afterCommitMs: number };

/**
 * What befalls a read or a subscription. `drop`: no answer ever comes. `cut`: the connection breaks. With
 * `afterEvents`, so many events are sent before it: then the connection is cut, or the call ends as busy servers, slow
 * consumers (ABORTED) or clean stops (a reset stream) end it, or `stall`s with the connection open.
 */
export type ReadFault =
  | 'drop'
  | 'cut'
  | 'notLeader'
  | 'tooBusy'
  | { readonly delayMs: number }
  | {
      readonly afterEvents: number;
      readonly then: 'cut' | 'tooBusy' | 'tooSlow' | 'reset' | 'notLeader' | 'stall';
    };

/** What befalls the question for the methods served here. `unknown`: it fails with a status that clients do not expect. */
export type ListMethodsFault = 'drop' | 'cut' | 'tooBusy' | 'notLeader' | 'unknown';

export type WriteRequest = {
  readonly method: 'append' | 'batchAppend' | 'delete' | 'tombstone';
  readonly stream: string;
  /** Of the proposed events; none for a delete or tombstone. */
  readonly eventIds: readonly string[];
};
export type ReadRequest = {
  readonly kind: 'read' | 'subscription';
  /** Undefined for `$all`. */
  readonly stream: string | undefined;
};

/**
 * Fault switches, for tests only: each function is asked once a request and says what befalls it, or nothing. They are
 * given to the server's start function and cannot be reached from the network.
 */
export type Faults = {
  readonly onWrite?: (request: WriteRequest) => WriteFault | undefined;
  readonly onRead?: (request: ReadRequest) => ReadFault | undefined;
  readonly onListMethods?: () => ListMethodsFault | undefined;
};
