import { type Found, findTargetsInMessage, type NodeId, type Target } from '../domain/target.ts';
import { readRunMetadata } from './run-metadata.ts';

/** A message of Slack as far as threads are read; anything may stand in the rest. */
export interface ThreadMessage {
  readonly text?: unknown;
  readonly bot_id?: unknown;
  readonly metadata?: unknown;
}

/**
 * The runs and nodes a thread is about, its messages given parent first. Our own metadata is surest: the parent's,
 * then that of our newest reply that has some. Without it the ids the parent shows count, then those of our newest
 * reply that shows any. Of several runs that we show ourselves, in a list or an overview, the thread is about none;
 * a parent of anybody else's may name several. What people say in the replies is not read: a thread would change its
 * run with every id.
 */
export function threadTargets(messages: readonly ThreadMessage[], botId: string): readonly Target[] {
  const [parent, ...replies] = messages;
  if (parent === undefined) return [];
  const ours = replies.filter((reply) => isOurs(reply, botId)).reverse();
  for (const message of [parent, ...ours]) {
    const target = ownMetadata(message, botId);
    if (target !== undefined) return [target];
  }
  for (const message of [parent, ...ours]) {
    const { targets } = findTargetsInMessage(message);
    const isList = isOurs(message, botId) && new Set(targets.map(({ runId }) => runId)).size > 1;
    if (targets.length > 0 && !isList) return targets;
  }
  return [];
}

/** The runs and nodes one message shows, and the one our own metadata on it names. */
export function messageTargets(message: ThreadMessage, botId: string): Found {
  const found = findTargetsInMessage(message);
  const marked = ownMetadata(message, botId);
  return marked === undefined ? found : { ...found, targets: unite(found.targets, [marked]) };
}

/** A reply's runs and nodes with those of its thread's parent, which also tells whose nodes the reply names. */
export function withParent(found: Found, parent: readonly Target[]): Found {
  const runs = new Set([...found.targets, ...parent].map(({ runId }) => runId));
  const [run] = parent;
  const isClear = run !== undefined && runs.size === 1;
  const nodes = found.problems.map(({ nodeId }) => nodeId);
  const named = isClear ? nodes.map((nodeId) => nodeOf(run, nodeId)) : [];
  return {
    targets: unite(found.targets, [...named, ...parent]),
    names: found.names,
    problems: isClear ? [] : found.problems,
  };
}

function nodeOf(run: Target, nodeId: NodeId): Target {
  return { ...run, kind: 'node', nodeId };
}

function ownMetadata(message: ThreadMessage, botId: string): Target | undefined {
  return isOurs(message, botId) ? readRunMetadata(message.metadata) : undefined;
}

/** Any app may write metadata of any name. */
function isOurs({ bot_id }: ThreadMessage, botId: string): boolean {
  return botId !== '' && bot_id === botId;
}

/** Each once, in order of first mention; a later mention may add where it lives. */
function unite(targets: readonly Target[], more: readonly Target[]): readonly Target[] {
  const united = new Map<string, Target>();
  for (const target of [...targets, ...more]) {
    const id = target.kind === 'run' ? target.runId : `${target.runId}/${target.nodeId}`;
    united.set(id, { ...target, ...united.get(id) });
  }
  return [...united.values()];
}

/**
 * The thread that a message was written into. Slack gives a thread's parent its own `ts` as `thread_ts`, and what
 * stands there stands in the channel.
 */
export function replyThreadOf({
  ts,
  thread_ts: threadTs,
}: {
  ts?: unknown;
  thread_ts?: unknown;
}): string | undefined {
  return typeof threadTs === 'string' && threadTs !== ts ? threadTs : undefined;
}
