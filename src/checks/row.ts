import type { Check } from '../messages/catalog.ts';

/** A line of `npm run doctor`. */
export interface Row {
  readonly verdict: 'ok' | 'warn' | 'FAIL';
  /** At most a few words: `pai prod`. */
  readonly subject: string;
  readonly said: string;
}

const VERDICTS = { fine: 'ok', warning: 'warn', failed: 'FAIL' } as const;

/** The word of a verdict in a terminal. */
export function wordFor(verdict: Check['verdict']): Row['verdict'] {
  return VERDICTS[verdict];
}

/** The narrowest second column, so that reports of different settings look alike. */
const LEAST_SUBJECT = 13;

/** Three columns, as wide as they have to be. */
export function formatRows(rows: readonly Row[]): string {
  const width = Math.max(LEAST_SUBJECT, ...rows.map(({ subject }) => subject.length)) + 2;
  return rows
    .map(({ verdict, subject, said }) => `${verdict.padEnd(6)}${subject.padEnd(width)}${said}\n`)
    .join('');
}
