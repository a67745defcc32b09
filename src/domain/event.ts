import type { NodeId } from './target.ts';

/** What can happen to a watched run or to one of its nodes. */
export type EventKind =
  | 'started'
  | 'node-failed'
  | 'node-succeeded'
  | 'succeeded'
  | 'failed'
  | 'terminated'
  | 'skipped'
  | 'suspended'
  /** Started again under the same id; a new attempt. */
  | 'rerun'
  | 'deleted'
  /** PAI has not shown it for a while. */
  | 'lost'
  /** Nothing has changed for so long that nobody looks any more. */
  | 'paused';

/** Something that happened, told once. */
export interface RunEvent {
  readonly kind: EventKind;
  /** The attempt it happened in, from 1. */
  readonly attempt: number;
  /** When, by PAI's clock where PAI told it, else when it was noticed. */
  readonly at: Date;
  /** The node of `node-failed` and `node-succeeded`. */
  readonly node?: EventNode;
  /** How long what ended had run, where that is known. */
  readonly durationMs?: number;
}

export interface EventNode {
  readonly nodeId: NodeId;
  readonly name: string;
  /** True for the node that failed first in its attempt. */
  readonly isFirstFailed: boolean;
}
