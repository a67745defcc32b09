import type { ClaimedRun, PollState, RunClaim, WatchedRuns } from '../../jobs/watched-runs.ts';
import { isDue } from './due.ts';
import { Leases } from './leases.ts';
import { type Rows, runKeyOf } from './rows.ts';
import type { Tables } from './tables.ts';

type ClaimWanted = Parameters<WatchedRuns['claimDueRuns']>[0];

interface Due {
  readonly at: Date;
  /** Absent where nobody has looked at the run yet. */
  readonly poll?: PollState;
}

/**
 * When runs are due and who looks at them, in memory: after a start every run is due. Due times are of the wall clock,
 * leases of one that never goes back.
 */
export class DueRuns {
  readonly #due = new Map<string, Due>();
  readonly #leases: Leases;
  readonly #openedAt: Date;

  constructor({ nowMs, openedAt }: { readonly nowMs: () => number; readonly openedAt: Date }) {
    this.#leases = new Leases(nowMs);
    this.#openedAt = openedAt;
  }

  claim(tables: Tables, { now, most, leaseMs, along }: ClaimWanted): ClaimedRun[] {
    const free = [...tables.all('runs')].flatMap((run) => {
      const at = this.#nextAt(run, now);
      return at !== undefined && this.#leases.isFree(runKeyOf(run)) ? [{ run, at }] : [];
    });
    free.sort((a, b) => a.at.getTime() - b.at.getTime());
    const due = free.filter(({ at }) => at <= now).slice(0, most);
    if (due.length > 0 && along !== undefined && due.length < along.most) {
      const until = now.getTime() + along.withinMs;
      due.push(...free.slice(due.length, along.most).filter(({ at }) => at.getTime() <= until));
    }
    return due.map(({ run }) => {
      const key = runKeyOf(run);
      return { run, poll: this.#due.get(key)?.poll, token: this.#leases.take(key, leaseMs) };
    });
  }

  isHeld(claim: RunClaim): boolean {
    return this.#leases.isHeldBy(runKeyOf(claim), claim.token);
  }

  /** Gives a run back until it is due again; nothing happens where somebody else has claimed it by now. */
  release(claim: RunClaim, poll: PollState): void {
    const key = runKeyOf(claim);
    if (this.#leases.release(key, claim.token)) this.#due.set(key, { at: poll.nextPollAt, poll });
  }

  /** When PAI was asked for what it last said of a run; nothing before the first look. */
  seenAt(run: Pick<RunClaim, 'region' | 'runId'>): Date | undefined {
    return this.#due.get(runKeyOf(run))?.poll?.seenAt;
  }

  /** Makes a run due, as one that nobody has looked at yet. */
  wake(run: Rows['runs'], now: Date): void {
    this.#due.set(runKeyOf(run), { at: now });
  }

  forget(run: Pick<RunClaim, 'region' | 'runId'>): void {
    this.#due.delete(runKeyOf(run));
    this.#leases.drop(runKeyOf(run));
  }

  oldestAt(tables: Tables, now: Date): Date | undefined {
    let oldest: Date | undefined;
    for (const run of tables.all('runs')) {
      const at = this.#nextAt(run, now);
      if (at !== undefined && at <= now && (oldest === undefined || at < oldest)) oldest = at;
    }
    return oldest;
  }

  /** When a run is due next; never where nobody looks at it any more. */
  #nextAt(run: Rows['runs'], now: Date): Date | undefined {
    if (run.pausedAt !== undefined) return undefined;
    const { at, poll } = this.#due.get(runKeyOf(run)) ?? { at: this.#openedAt };
    return at > now && (poll === undefined || isDue(at, now)) ? now : at;
  }
}
