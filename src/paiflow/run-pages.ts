import type { Run } from '../domain/run.ts';
import type { RunId } from '../domain/target.ts';
import type { RunListQuery } from './calls.ts';
import type { CallOptions } from './client.ts';
import type { RunPage } from './schema.ts';

const PAGE_SIZE = 100;
/** For rows that move while pages are read. */
const SPARE_CALLS = 5;

/** What to ask of ListPipelineRuns for one page. */
interface Place {
  /** From 1. */
  readonly number: number;
  readonly size: number;
}

/**
 * Gives the runs of a query page by page, each run once, and reads a page only when it is wanted. At most `most` runs
 * in all; `pageNumber` in the query is not looked at. `totalCount` is what PAI says, but never fewer than were given so
 * far. Throws what `list` throws, so an aborted signal ends it with the client's error. The first page goes ahead at a
 * full pace, since many an answer needs no more; the others are patient.
 *
 * Pages are counted in rows, and rows move while pages are read:
 *
 * | what happens | what is done |
 * |---|---|
 * | PAI gives fewer rows than asked and says there are more | that many are asked for from then on |
 * | runs are created and push others onto the next page | those given before are dropped |
 * | runs vanish and others move up a page | pages overlap by a row; where no row is known, the page before is read again |
 * | the total is too low or too high | pages are read until one is empty, or ends where the total says |
 * | PAI repeats itself | after as many repeated rows as `most` it ends |
 * | PAI's pages are much smaller than asked | it ends after twice the calls that full pages take, and a few |
 *
 * Not promised: a run that moves up by more than a page between two calls, or to where was read before (sorted by
 * what changes), is not given; nor one that moves up where pages do not overlap, because they are small and many (from
 * the 6th page of 10 rows on, the 67th of 100).
 */
export async function* walkRuns(
  list: (query: RunListQuery, options: CallOptions) => Promise<RunPage>,
  query: RunListQuery,
  { signal, most }: { readonly signal: AbortSignal; readonly most: number },
): AsyncGenerator<RunPage> {
  const seen = new Set<RunId>();
  let largest = Math.min(query.pageSize ?? PAGE_SIZE, most);
  /** Rows from the start of PAI's list that have been read. */
  let covered = 0;
  let repeats = 0;
  let lastGap = 0;
  const mostCalls = callsFor(most, largest);

  for (let calls = 0; calls < mostCalls && seen.size < most && repeats <= most; calls++) {
    const { number, size } = placeAfter(covered, largest);
    const isPatient = calls > 0;
    const page = await list({ ...query, pageNumber: number, pageSize: size }, { signal, isPatient });
    const rows = page.runs.length;
    const fresh = takeNew(page.runs, seen, most);
    if (fresh.length > 0) yield { totalCount: Math.max(page.totalCount, seen.size), runs: fresh };

    const start = (number - 1) * size;
    const end = start + rows;
    repeats += rows - fresh.length;
    // Once for each place: a server that never gives the row again must not hold up the rest.
    if (start < covered && fresh.length === rows && start > lastGap) {
      lastGap = start;
      covered = Math.max(0, start - size);
      continue;
    }
    // A full page that ends where the total says may be a total that counts the page.
    if (rows === 0 || (rows < size && end === page.totalCount)) return;
    if (rows !== size) largest = rows;
    covered = Math.max(covered, end);
  }
}

/** Enough where PAI gives full pages, of which overlapping may cost half each; a bound where it gives small ones. */
function callsFor(most: number, pageSize: number): number {
  return 2 * Math.ceil(most / pageSize) + SPARE_CALLS;
}

function takeNew(runs: readonly Run[], seen: Set<RunId>, most: number): Run[] {
  const fresh: Run[] = [];
  for (const run of runs) {
    if (seen.has(run.runId) || seen.size >= most) continue;
    seen.add(run.runId);
    fresh.push(run);
  }
  return fresh;
}

/** The page to read after so many rows: with one of them in it again, unless that would cost half of the page. */
function placeAfter(covered: number, largest: number): Place {
  const overlapping = furthestFrom(Math.max(0, covered - 1), largest);
  const gain = endOf(overlapping) - covered;
  return gain * 2 >= largest ? overlapping : furthestFrom(covered, largest);
}

/**
 * Of the pages of at most `largest` rows that start at this row or a little before it, the one that ends last. A page
 * starts at a multiple of its size: one a little smaller can start nearer.
 */
function furthestFrom(row: number, largest: number): Place {
  const whole = Math.floor(row / largest);
  const aligned = { number: whole + 1, size: largest };
  const smaller = { number: whole + 2, size: Math.floor(row / (whole + 1)) };
  return endOf(smaller) > endOf(aligned) ? smaller : aligned;
}

function endOf({ number, size }: Place): number {
  return number * size;
}
