/** Stands where a secret stood. */
export const HIDDEN = '•••';

/**
 * Pattern of what stands for a blank between a name and its value: spaces, tabs, the no-break and the full-width one.
 * Runs of it are sought up to 40 long: tables and aligned settings are that wide.
 */
export const BLANK = String.raw`[^\S\r\n\u2028\u2029]`;

export interface Masked {
  readonly text: string;
  /** How many secrets were taken out. What was hidden before does not count again. */
  readonly hidden: number;
}

/**
 * How many secrets were taken out of those lines that are shown, where `hidden` is the number for all lines read. Text
 * that held the mark before it was masked may count too, never beyond `hidden`.
 */
export function hiddenIn(shown: readonly string[], hidden: number): number {
  const marks = shown.reduce((count, line) => count + line.split(HIDDEN).length - 1, 0);
  return Math.min(hidden, marks);
}
