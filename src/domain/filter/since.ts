import type { Since } from './filter.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How far back anybody may ask: a year, and the day that leap years have more. */
const MOST_MS = 366 * DAY_MS;

const UNITS: Readonly<Record<string, number>> = {
  ...{ w: 7 * DAY_MS, 周: 7 * DAY_MS, 星期: 7 * DAY_MS },
  ...{ d: DAY_MS, 天: DAY_MS, 日: DAY_MS },
  ...{ h: HOUR_MS, 小时: HOUR_MS, 时: HOUR_MS },
  ...{ m: MINUTE_MS, min: MINUTE_MS, 分钟: MINUTE_MS, 分: MINUTE_MS },
};
const UNIT = 'w|周|星期|d|天|日|h|小时|时|min|m|分钟|分';
const LENGTH_OF_TIME = new RegExp(`^(?:\\d{1,6}(?:${UNIT})){1,4}$`);
const PART = new RegExp(`(\\d+)(${UNIT})`, 'g');

const DAY = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const DAYS: Readonly<Record<string, string>> = {
  today: 'today',
  今天: 'today',
  yesterday: 'yesterday',
  昨天: 'yesterday',
};

/** What a person may write after `since:`, one of each kind. */
export const SINCE_EXAMPLES: readonly string[] = ['24h', '7d', '1h30m', 'today', 'yesterday', '2026-11-20'];

/**
 * Reads `24h`, `90m`, `7d`, `2w`, `1h30m`, `24小时`, `3天`, `today`, `yesterday`, `今天`, `昨天` or a calendar day. Nothing where it is none,
 * where no calendar has such a day, and where it is more than 366 days or no time at all.
 */
export function readSince(typed: string): Since | undefined {
  const text = typed.replace(/\s+/g, '').toLowerCase();
  const named = Object.hasOwn(DAYS, text) ? DAYS[text] : undefined;
  if (named !== undefined) return { kind: 'day', day: named };
  if (LENGTH_OF_TIME.test(text)) return readLength(text);

  const [, year = '', month = '', day = ''] = DAY.exec(text) ?? [];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isCalendarDay(date) ? { kind: 'day', day: date } : undefined;
}

function readLength(text: string): Since | undefined {
  let ms = 0;
  for (const [, count, unit = ''] of text.matchAll(PART)) ms += Number(count) * (UNITS[unit] ?? 0);
  return ms > 0 && ms <= MOST_MS ? { kind: 'ago', ms } : undefined;
}

/** `Date` makes 31 February the third of March; the round trip shows it. */
function isCalendarDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/** Writes it so that `readSince` reads it back; what is shorter than a minute is left out. */
export function formatSince(since: Since): string {
  if (since.kind === 'day') return since.day;
  if (since.ms > DAY_MS && since.ms % DAY_MS === 0) return `${since.ms / DAY_MS}d`;
  const hours = Math.floor(since.ms / HOUR_MS);
  const minutes = Math.floor((since.ms % HOUR_MS) / MINUTE_MS);
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 || hours === 0 ? `${minutes}m` : ''}`;
}

/** The moment it begins: midnight of a day is the asker's. Never more than 366 days before now. */
export function startOf(
  since: Since,
  { now, utcOffsetMs }: { readonly now: Date; readonly utcOffsetMs: number },
): Date {
  const time = since.kind === 'ago' ? now.getTime() - since.ms : midnight(since.day, now, utcOffsetMs);
  return new Date(Math.max(time, now.getTime() - MOST_MS));
}

function midnight(day: string, now: Date, utcOffsetMs: number): number {
  const localNow = now.getTime() + utcOffsetMs;
  const today = localNow - (localNow % DAY_MS);
  const named: Readonly<Record<string, number>> = { today, yesterday: today - DAY_MS };
  return (named[day] ?? Date.parse(`${day}T00:00:00Z`)) - utcOffsetMs;
}
