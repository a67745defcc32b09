/** Stands where a secret stood. */
export const HIDDEN = '•••';

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
