import type { JsonObject } from '../json.ts';

/** How a message came to be. */
export type Via = 'chat.postMessage' | 'chat.postEphemeral' | 'response_url' | 'ack' | 'person' | 'files';

/** What a message said before it was edited or replaced. */
export interface EarlierVersion {
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  /** When this version ended, in epoch milliseconds. */
  readonly until: number;
  readonly by: 'chat.update' | 'response_url';
}

/** A file that stands in a message. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** Its first 10 MB as UTF-8, so that tests can read what was uploaded. */
  readonly text: string;
}

/** A message as Slack stored it. */
export interface StoredMessage {
  /** The sandbox's own id; ephemeral messages have no ts a bot could use. */
  readonly id: string;
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  readonly isBot: boolean;
  readonly via: Via;
  /** Only this person sees it; left out = everybody in the channel. */
  readonly visibleTo?: string;
  /**
   * The command, click or shortcut that it answers, when Slack can know that. A message that is replaced
   * through a response_url answers the replacing deed from then on.
   */
  interactionId?: string;
  readonly isBroadcast?: boolean;
  /** Slack's clients give each typed message one; messages of apps have none. */
  readonly clientMsgId?: string;
  readonly createdAt: number;
  text: string;
  blocks: readonly JsonObject[];
  attachments: readonly JsonObject[];
  metadata?: JsonObject | undefined;
  files?: readonly StoredFile[];
  editedAt?: number;
  deletedAt?: number;
  readonly history: EarlierVersion[];
  /** The revision at which it came to be; a message with a higher one than a mark was not there at the mark. */
  readonly firstRevision: number;
  /** Grows with every change of any message; tells what is new since the last look. */
  revision: number;
}

/** What a new message is made of; the store adds id, ts and times. */
export type NewMessage = Omit<
  StoredMessage,
  'id' | 'ts' | 'createdAt' | 'history' | 'firstRevision' | 'revision' | 'attachments' | 'blocks'
> & { readonly blocks?: readonly JsonObject[]; readonly attachments?: readonly JsonObject[] };

/** Which messages to read. */
export interface MessageFilter {
  readonly channel?: string | undefined;
  /** Only what this person sees. */
  readonly user?: string | undefined;
  readonly afterRevision?: number | undefined;
  readonly interactionId?: string | undefined;
  readonly withDeleted?: boolean | undefined;
}

/** Everything that was ever said, and who waits for more. */
export class MessageStore {
  revision = 0;
  readonly #all: StoredMessage[] = [];
  /** The message of every change, by revision: what is new is found without looking at all the rest. */
  readonly #changes: StoredMessage[] = [];
  readonly #byId = new Map<string, StoredMessage>();
  readonly #byTs = new Map<string, StoredMessage>();
  readonly #threads = new Map<string, StoredMessage[]>();
  readonly #waiting = new Set<() => void>();
  readonly #now: () => number;
  #lastMicros = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(message: NewMessage): StoredMessage {
    const stored: StoredMessage = {
      blocks: [],
      attachments: [],
      ...message,
      id: `M${String(this.#all.length + 1).padStart(6, '0')}`,
      ts: this.nextTs(),
      createdAt: this.#now(),
      history: [],
      firstRevision: this.revision + 1,
      revision: 0,
    };
    this.#all.push(stored);
    this.#byId.set(stored.id, stored);
    this.#byTs.set(`${stored.channel}|${stored.ts}`, stored);
    if (stored.threadTs !== undefined) this.#threadOf(stored.channel, stored.threadTs).push(stored);
    this.#touch(stored);
    return stored;
  }

  edit(
    message: StoredMessage,
    next: Partial<Pick<StoredMessage, 'text' | 'blocks' | 'attachments' | 'metadata' | 'interactionId'>>,
    by: EarlierVersion['by'],
  ): void {
    const now = this.#now();
    message.history.push({ text: message.text, blocks: message.blocks, until: now, by });
    Object.assign(message, next);
    message.editedAt = now;
    this.#touch(message);
  }

  remove(message: StoredMessage): void {
    message.deletedAt = this.#now();
    this.#touch(message);
  }

  byId(id: string): StoredMessage | undefined {
    return this.#byId.get(id);
  }

  /** A message that a bot can name: no ephemeral and no deleted one. */
  byTs(channel: string, ts: string): StoredMessage | undefined {
    const found = this.#byTs.get(`${channel}|${ts}`);
    return found?.visibleTo === undefined && found?.deletedAt === undefined ? found : undefined;
  }

  /** The replies of a thread that everybody sees, oldest first. */
  repliesOf(channel: string, parentTs: string): readonly StoredMessage[] {
    return this.#threadOf(channel, parentTs).filter(
      (each) => each.visibleTo === undefined && each.deletedAt === undefined,
    );
  }

  find(filter: MessageFilter): readonly StoredMessage[] {
    const after = filter.afterRevision ?? 0;
    const candidates = after === 0 ? this.#all : this.#changedSince(after);
    return candidates.filter(
      (message) =>
        (filter.interactionId === undefined || message.interactionId === filter.interactionId) &&
        (filter.channel === undefined || message.channel === filter.channel) &&
        (filter.user === undefined || message.visibleTo === undefined || message.visibleTo === filter.user) &&
        (filter.withDeleted === true || message.deletedAt === undefined),
    );
  }

  /** Resolves when something changed after `revision`, at the latest after `waitMs`. */
  waitForChange(revision: number, waitMs: number): Promise<void> {
    if (this.revision > revision || waitMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#waiting.add(wake);
    });
  }

  /** Seconds with six decimals, unique and rising over all channels, as Slack's ts is within one channel. */
  nextTs(): string {
    this.#lastMicros = Math.max(Math.round(this.#now() * 1000), this.#lastMicros + 1);
    const micros = String(this.#lastMicros);
    return `${micros.slice(0, -6)}.${micros.slice(-6)}`;
  }

  #threadOf(channel: string, parentTs: string): StoredMessage[] {
    const key = `${channel}|${parentTs}`;
    const known = this.#threads.get(key);
    if (known !== undefined) return known;
    const fresh: StoredMessage[] = [];
    this.#threads.set(key, fresh);
    return fresh;
  }

  /** Oldest message first, each once. */
  #changedSince(revision: number): readonly StoredMessage[] {
    return [...new Set(this.#changes.slice(revision))].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #touch(message: StoredMessage): void {
    this.#changes.push(message);
    this.revision = this.#changes.length;
    message.revision = this.revision;
    for (const wake of [...this.#waiting]) wake();
  }
}
