import type { Run } from '../domain/run.ts';
import type { RunId } from '../domain/target.ts';
import type { PaiPlace } from '../domain/workspace.ts';

/** A few megabytes of memory. */
const MOST_KNOWN = 10_000;

/** Where runs were found. A run never moves, so each is learnt once; the oldest is forgotten first. */
export class KnownPlaces {
  readonly #byRun = new Map<RunId, PaiPlace>();

  /** Ids that no region showed; only that they were asked about is remembered. */
  readonly #missed = new Set<RunId>();

  of(runId: RunId): PaiPlace | undefined {
    return this.#byRun.get(runId);
  }

  learn({ runId, region, workspaceId = this.of(runId)?.workspaceId }: Run): void {
    this.#byRun.set(runId, { region, workspaceId });
    const [oldest] = this.#byRun.keys();
    if (this.#byRun.size > MOST_KNOWN && oldest !== undefined) this.#byRun.delete(oldest);
  }

  /** Remembers that an id was looked for everywhere and not found. */
  miss(runId: RunId): void {
    this.#missed.add(runId);
    const [oldest] = this.#missed;
    if (this.#missed.size > MOST_KNOWN && oldest !== undefined) this.#missed.delete(oldest);
  }

  /** True where telling what became of an id costs no more than asking for its status. */
  isSettled(runId: RunId): boolean {
    return this.#missed.has(runId) || this.of(runId)?.workspaceId !== undefined;
  }
}
