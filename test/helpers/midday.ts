/**
 * A time zone in which it is about noon, so that "since midnight" holds the same seeded runs whenever tests run.
 * `Etc/GMT-8` is eight hours ahead of UTC: POSIX counts the other way round.
 */
export function middayZone(now: Date = new Date()): string {
  const ahead = 12 - now.getUTCHours();
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
