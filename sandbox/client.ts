import type { Deeds } from './control.ts';
import { CONTROL_INPUTS, type Deed, type DeedInput } from './control-schema.ts';
import type { JournalEntry } from './journal.ts';
import type { ShownRun } from './paiflow/deeds.ts';
import type { HistoryEntry } from './paiflow/history.ts';
import type { Shown } from './slack/deed.ts';
import type { HeldCall } from './slack/held-calls.ts';
import type { StoredMessage } from './slack/messages.ts';

export type { JournalEntry } from './journal.ts';
export type { ShownRun } from './paiflow/deeds.ts';
export type { HistoryEntry } from './paiflow/history.ts';
export type { Shown } from './slack/deed.ts';
export type { StoredMessage } from './slack/messages.ts';

/** A refused order: the sandbox named what was wrong with it. */
export class SandboxRefusal extends Error {
  override readonly name = 'SandboxRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Which messages to look at, and how long to wait for one. */
export interface Waiting {
  readonly timeoutMs?: number;
  readonly channel?: string;
  readonly user?: string;
  /** Only messages made or changed after this revision, as `revision()` gave it. */
  readonly afterRevision?: number;
  /** Only answers to this deed. */
  readonly interactionId?: string;
}

type Answer<D extends Deed> = Awaited<ReturnType<Deeds[D]>>;
type Remote = { readonly [D in Deed]: (order: DeedInput<D>) => Promise<Answer<D>> };

/** The typed client of a sandbox's control interface: every deed by its name, and what tests need beside them. */
export type SandboxClient = Omit<
  Remote,
  'messages' | 'runs' | 'journal' | 'createRuns' | 'history' | 'inFlight' | NoOrder
> & {
  readonly [D in NoOrder]: () => Promise<Answer<D>>;
} & {
  messages(filter?: DeedInput<'messages'>): Promise<readonly StoredMessage[]>;
  /** The number of the last change of any message; a mark to wait from. */
  revision(): Promise<number>;
  /** The first message that fits, made or changed since the mark; throws with what was there at the deadline. */
  waitForMessage(fits: (message: StoredMessage) => boolean, waiting?: Waiting): Promise<StoredMessage>;
  /** The answer to one deed of a person (`interactionId` of its result). */
  waitForAnswer(deed: Pick<Shown, 'interactionId'>, waiting?: Waiting): Promise<StoredMessage>;
  runs(filter?: DeedInput<'runs'>): Promise<readonly ShownRun[]>;
  createRuns(order: DeedInput<'createRuns'>): Promise<readonly ShownRun[]>;
  /** What truly happened to a run or to all of them, oldest first. */
  history(filter?: DeedInput<'history'>): Promise<readonly HistoryEntry[]>;
  journal(filter?: DeedInput<'journal'>): Promise<readonly JournalEntry[]>;
  /** The calls of Slack's Web API that a fault keeps waiting now, oldest first. */
  inFlight(): Promise<readonly HeldCall[]>;
};

type NoOrder =
  | 'clearJournal'
  | 'redeliver'
  | 'restoreTokens'
  | 'restoreSockets'
  | 'sockets'
  | 'faults'
  | 'state';

const DEFAULT_TIMEOUT_MS = 5000;
const POLL_MS = 1000;

/** A client for `controlUrl`. Every call is one request; nothing is kept open. */
export function createSandboxClient(controlUrl: string): SandboxClient {
  async function send<D extends Deed>(deed: D, order: DeedInput<D>): Promise<Answer<D>> {
    const response = await fetch(`${controlUrl}/${deed}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    const body = (await response.json()) as { error?: string };
    if (!response.ok)
      throw new SandboxRefusal(response.status, body.error ?? `${deed} answered ${response.status}`);
    return body as Answer<D>;
  }

  async function waitForMessage(
    fits: (message: StoredMessage) => boolean,
    waiting: Waiting = {},
  ): Promise<StoredMessage> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, ...filter } = waiting;
    const deadline = Date.now() + timeoutMs;
    let afterRevision = filter.afterRevision ?? 0;
    while (true) {
      const waitMs = Math.max(0, Math.min(POLL_MS, deadline - Date.now()));
      const { revision, messages } = await send('messages', { ...filter, afterRevision, waitMs });
      const hit = messages.find(fits);
      if (hit !== undefined) return hit;
      afterRevision = revision;
      if (Date.now() >= deadline) {
        const all = await send('messages', { ...filter, afterRevision: filter.afterRevision });
        throw new Error(`no such message within ${timeoutMs} ms; there were: ${describe(all.messages)}`);
      }
    }
  }

  const special = {
    messages: async (filter: DeedInput<'messages'> = {}) => (await send('messages', filter)).messages,
    revision: async () => (await send('messages', { channel: 'none' })).revision,
    waitForMessage,
    waitForAnswer: (deed: Pick<Shown, 'interactionId'>, waiting: Waiting = {}) =>
      waitForMessage(() => true, { ...waiting, interactionId: deed.interactionId }),
    runs: async (filter: DeedInput<'runs'> = {}) => (await send('runs', filter)).runs,
    createRuns: async (order: DeedInput<'createRuns'>) => (await send('createRuns', order)).runs,
    history: async (filter: DeedInput<'history'> = {}) => (await send('history', filter)).changes,
    journal: async (filter: DeedInput<'journal'> = {}) => (await send('journal', filter)).entries,
    inFlight: async () => (await send('inFlight', {})).calls,
  };

  const names = Object.keys(CONTROL_INPUTS) as Deed[];
  const remote = Object.fromEntries(
    names.map((deed) => [deed, (order: DeedInput<typeof deed>) => send(deed, order ?? {})]),
  ) as unknown as SandboxClient;
  return { ...remote, ...special };
}

function describe(messages: readonly StoredMessage[]): string {
  if (messages.length === 0) return 'none';
  return messages
    .slice(-5)
    .map((message) => `${message.id} ${message.via} ${JSON.stringify(message.text.slice(0, 120))}`)
    .join('; ');
}
