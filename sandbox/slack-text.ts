/** The emoji shortcodes that the bot and its samples use; any other one is shown as `:name:`. */
const EMOJI: Readonly<Record<string, string>> = {
  arrow_forward: '▶',
  bell: '🔔',
  double_vertical_bar: '⏸',
  eyes: '👀',
  grey_question: '❔',
  heavy_minus_sign: '➖',
  hourglass_flowing_sand: '⏳',
  information_source: 'ℹ',
  lock: '🔒',
  mag: '🔍',
  mute: '🔇',
  no_bell: '🔕',
  octagonal_sign: '🛑',
  repeat: '🔁',
  speaker: '🔈',
  warning: '⚠',
  wastebasket: '🗑',
  wave: '👋',
  white_check_mark: '✅',
  white_circle: '⚪',
  x: '❌',
};

interface DateWords {
  readonly locale: string;
  /** The days that have a word, by how many days ago they were. */
  readonly days: Readonly<Record<number, string>>;
  ago(count: number, unit: 'second' | 'minute' | 'hour' | 'day'): string;
}

const ENGLISH_UNITS = { second: 'sec', minute: 'min', hour: 'h', day: 'days' } as const;
const ENGLISH: DateWords = {
  locale: 'en-GB',
  days: { 0: 'today', 1: 'yesterday', [-1]: 'tomorrow' },
  ago: (count, unit) => `${count} ${ENGLISH_UNITS[unit]} ago`,
};

const CHINESE_UNITS = { second: '秒', minute: '分钟', hour: '小时', day: '天' } as const;
const CHINESE: DateWords = {
  locale: 'zh-CN',
  days: { 0: '今天', 1: '昨天', [-1]: '明天' },
  ago: (count, unit) => `${count} ${CHINESE_UNITS[unit]}前`,
};

/** Names for the ids in a text; an unknown id stays as it is. */
export interface Names {
  user(id: string): string;
  channel(id: string): string;
}

/** Who reads, and when: names for ids, and the language of dates. */
export interface Reading {
  readonly names: Names;
  readonly now: Date;
  /** A locale of Slack, such as `zh-CN`; Chinese is known, any other one reads English. */
  readonly locale: string;
}

/** Shows mrkdwn as a terminal reader wants it: links by their words, emoji, names and local times. */
export function renderMrkdwn(text: string, reading: Reading): string {
  const tokens = text.replaceAll(/<([^<>]+)>/g, (_whole, inner: string) => renderToken(inner, reading));
  return renderEmoji(unescapeText(tokens));
}

/** Turns `:x:` into ❌ where the sign is known. */
export function renderEmoji(text: string): string {
  return text.replaceAll(/:([a-z_]+):/g, (whole, name: string) => EMOJI[name] ?? whole);
}

/** A date token's format filled in, in the terminal's own time zone (docs.slack.dev, formatting-message-text). */
export function renderDate(
  seconds: number,
  format: string,
  { now, locale }: Pick<Reading, 'now' | 'locale'>,
): string {
  const words = locale.startsWith('zh') ? CHINESE : ENGLISH;
  const date = new Date(seconds * 1000);
  const longDate = date.toLocaleDateString(words.locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const day = words.days[daysBetween(date, now)] ?? longDate;
  const values: Readonly<Record<string, string>> = {
    '{date_num}': date.toISOString().slice(0, 10),
    '{date}': longDate,
    '{date_short}': longDate,
    '{date_long}': longDate,
    '{date_pretty}': day,
    '{date_short_pretty}': day,
    '{date_long_pretty}': day,
    '{day_divider_pretty}': day,
    '{time}': clock(date),
    '{time_secs}': `${clock(date)}:${String(date.getSeconds()).padStart(2, '0')}`,
    '{ago}': ago((now.getTime() - date.getTime()) / 1000, words),
  };
  return format.replaceAll(/\{[a-z_]+\}/g, (token) => values[token] ?? token);
}

function renderToken(inner: string, reading: Reading): string {
  const { names } = reading;
  const [target = '', label] = inner.split('|');
  if (target.startsWith('@')) return `@${label ?? names.user(target.slice(1))}`;
  if (target.startsWith('#')) return `#${label || names.channel(target.slice(1))}`;
  const [, seconds, format] = /^!date\^(\d+)\^([^^]+)/.exec(target) ?? [];
  if (seconds !== undefined && format !== undefined) return renderDate(Number(seconds), format, reading);
  if (target.startsWith('!subteam')) return label ?? '@group';
  if (target.startsWith('!')) return `@${target.slice(1)}`;
  return label ?? target;
}

function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function clock(date: Date): string {
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** Whole days of the calendar from a date to now; negative when it is still to come. */
function daysBetween(date: Date, now: Date): number {
  return Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
}

function startOfDay(date: Date): number {
  return new Date(date).setHours(0, 0, 0, 0);
}

function ago(seconds: number, words: DateWords): string {
  if (seconds < 60) return words.ago(Math.max(0, Math.round(seconds)), 'second');
  if (seconds < 3600) return words.ago(Math.round(seconds / 60), 'minute');
  if (seconds < 86_400) return words.ago(Math.round(seconds / 3600), 'hour');
  return words.ago(Math.round(seconds / 86_400), 'day');
}
