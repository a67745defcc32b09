/** One thing that reached the sandbox or left it. Holds names and counts, never a body or a secret. */
export interface JournalEntry {
  readonly seq: number;
  /** When the request had arrived whole, in epoch milliseconds of the sandbox's Slack clock. */
  readonly at: number;
  readonly service: 'slack' | 'paiflow' | 'response_url' | 'socket';
  /** Web API method, PAIFlow operation, or what happened on the socket. */
  readonly operation: string;
  /**
   * `ok`, an error code, or what the fault did (`reset`, `hang`, `lost_ok` …). `unheard_` stands before it when the
   * caller of a Slack method was gone before the answer was written; a `hang` becomes `unheard_hang` at that moment.
   */
  outcome: string;
  readonly status?: number;
  /** Real milliseconds. */
  readonly durationMs?: number;
  readonly region?: string;
  readonly channel?: string;
  /** How many runs and nodes a PAIFlow call asked for. */
  readonly runs?: number;
  readonly nodes?: number;
  readonly workspaceId?: string;
  /** Only for an answer too large to be sent at once: the bytes handed to the connection so far. */
  sentBytes?: number;
  /** What was wrong with it, in the sandbox's own words. */
  readonly detail?: string;
}

/** What to read from the journal; everything when empty. */
export interface JournalFilter {
  readonly service?: JournalEntry['service'] | undefined;
  readonly operation?: string | undefined;
  /** Only entries with a higher `seq`. */
  readonly after?: number | undefined;
}

/** Bounded, so that a long load test does not fill the memory; the oldest entries go first. */
const MAX_ENTRIES = 50_000;

/** Keeps what the bot asked of the sandbox, in order of arrival of the answers. */
export class Journal {
  /** The clock of its entries, in epoch milliseconds. */
  readonly now: () => number;
  #entries: JournalEntry[] = [];
  #seq = 0;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  add(entry: Omit<JournalEntry, 'seq'>): JournalEntry {
    this.#seq += 1;
    const added = { seq: this.#seq, ...entry };
    this.#entries.push(added);
    if (this.#entries.length > MAX_ENTRIES * 1.2) this.#entries = this.#entries.slice(-MAX_ENTRIES);
    return added;
  }

  read(filter: JournalFilter = {}): readonly JournalEntry[] {
    return this.#entries.filter(
      (entry) =>
        (filter.service === undefined || entry.service === filter.service) &&
        (filter.operation === undefined || entry.operation === filter.operation) &&
        (filter.after === undefined || entry.seq > filter.after),
    );
  }

  clear(): void {
    this.#entries = [];
  }
}
