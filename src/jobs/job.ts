/** What a job is given: the moment it began, and when to stop. */
export interface JobContext {
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** Work that is done again and again. */
export interface Job<Name extends string = string> {
  readonly name: Name;
  /** When, as node-cron reads it, in UTC. */
  readonly cron: string;
  /** How long one run may take before its signal is aborted. */
  readonly timeoutMs: number;
  run(context: JobContext): Promise<void>;
}
