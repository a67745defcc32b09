/** One line of the table. */
export interface Row {
  readonly group: string;
  readonly name: string;
  readonly ours: string;
  readonly peer: string;
  /** Ours against the peer of the same run, with its spread; left out for counts. */
  readonly ratio?: string;
  readonly bound: string;
  /** Left out where no bound is set. */
  readonly holds?: boolean;
  /** Counts are exact, so a missed bound fails the run; a timing says something about the machine too. */
  readonly kind: 'count' | 'timing';
  /** The figures behind the line, one entry a round. */
  readonly rounds: unknown;
}
