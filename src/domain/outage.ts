/** Why PAI gives no answers for a region. */
export type OutageKind =
  | 'throttled'
  | 'timeout'
  | 'network'
  | 'forbidden'
  | 'wrong-key'
  | 'wrong-clock'
  | 'junk'
  | 'unavailable';

/** A region that PAI has given no answer for since then. */
export interface Outage {
  readonly region: string;
  readonly kind: OutageKind;
  /** PAI's word for it, where it said one. */
  readonly code?: string | undefined;
  readonly since: Date;
}
