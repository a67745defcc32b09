/** Stands where a secret stood. */
export const HIDDEN = '•••';

export interface Masked {
  readonly text: string;
  /** How many secrets were taken out. What was hidden before does not count again. */
  readonly hidden: number;
}
