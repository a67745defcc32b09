/** Nothing is put off for longer, so whatever is was put off before the clock was set back. */
const FARTHEST_MS = 60 * 60 * 1000;

/** Whether something that was put off until a time may be done now. */
export function isDue(at: Date, now: Date): boolean {
  const aheadMs = at.getTime() - now.getTime();
  return aheadMs <= 0 || aheadMs > FARTHEST_MS;
}
