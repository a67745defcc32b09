import type { ShownRun, StoredMessage } from './client.ts';

/** A message that Slack must have stored. */
export interface Expected {
  /** Words that the rendered message must hold. */
  readonly words: readonly string[];
  /** The runs that its links, buttons and metadata must name; no others. */
  readonly runs: readonly Pick<ShownRun, 'id'>[];
  readonly place: Place;
  /** The message whose place it must take; left out = it must be a new one. */
  readonly replaces?: Pick<StoredMessage, 'id'>;
  /** The people whom it must ping, each once; left out = nobody. */
  readonly mentions?: readonly string[];
}

/** Where a message must stand, and for whom. */
export interface Place {
  readonly channel: string;
  readonly threadTs?: string;
  readonly audience: 'everybody' | 'who asked';
}

/** What a stored message is compared in the light of. */
export interface Comparing {
  /** The message as it is read. */
  readonly text: string;
  /** Who did what it answers. */
  readonly asker: string;
  /** The last revision before that. */
  readonly mark: number;
  /** What nobody may read. */
  readonly secrets: readonly string[];
}

/** What is missing from a message, or too much in it; empty when it is as expected. */
export function missingFrom(
  message: StoredMessage,
  expected: Expected,
  { text, asker, mark, secrets }: Comparing,
): readonly string[] {
  const { place, replaces, words, mentions = [] } = expected;
  const visibleTo = place.audience === 'everybody' ? undefined : asker;
  const isNew = message.firstRevision > mark;
  const named = namedRuns(message);
  const wanted = expected.runs.map((run) => run.id).sort();
  const pinged = pingsOf(message).sort();
  return [
    ...words.filter((word) => !text.includes(word)).map((word) => JSON.stringify(word)),
    ...(named.join() === wanted.join() ? [] : [`the runs ${wanted.join()} and not ${named.join()}`]),
    ...(message.visibleTo === visibleTo ? [] : [`to be seen by ${visibleTo ?? 'everybody'}`]),
    ...(message.channel === place.channel ? [] : [`to stand in ${place.channel}`]),
    ...(message.threadTs === place.threadTs ? [] : [`to stand in the thread ${place.threadTs}`]),
    ...(message.isBroadcast === true ? ['to stand in the thread only'] : []),
    ...(replaces === undefined && !isNew ? ['a new message'] : []),
    ...(replaces === undefined || replaces.id === message.id ? [] : [`to take the place of ${replaces.id}`]),
    ...(pinged.join() === [...mentions].sort().join()
      ? []
      : [`to mention ${mentions.join() || 'nobody'} and not ${pinged.join() || 'nobody'}`]),
    ...(holdsSecret(message, secrets) ? ['no secret in it'] : []),
  ];
}

/** Whether one of the `secrets` stands anywhere in a message, or stood there before an edit. */
export function holdsSecret(message: StoredMessage, secrets: readonly string[]): boolean {
  const stored = JSON.stringify(message);
  return secrets.some((secret) => stored.includes(secret));
}

/** Everybody whom a message pings, as often as it does. */
export function pingsOf({ text, blocks }: Pick<StoredMessage, 'text' | 'blocks'>): string[] {
  const stored = blocks.length === 0 ? text : JSON.stringify(blocks);
  const inMrkdwn = [...stored.matchAll(/<@(U[A-Z0-9]+)/g)];
  const inRichText = [...stored.matchAll(/"user_id":"(U[A-Z0-9]+)"/g)];
  return [...inMrkdwn, ...inRichText].map(([, user = '']) => user);
}

/** Every run that a reader could reach from a message, by id. */
function namedRuns({ blocks, metadata }: StoredMessage): readonly string[] {
  const stored = JSON.stringify([blocks, metadata]);
  return [...new Set(stored.match(/flow-[a-z0-9]{18}/g))].sort();
}
