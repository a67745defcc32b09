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

/** Names for the ids in a text; an unknown id stays as it is. */
export interface Names {
  user(id: string): string;
  channel(id: string): string;
}

/** Shows mrkdwn as a terminal reader wants it: links by their words, emoji, names and local times. */
export function renderMrkdwn(text: string, names: Names, now: Date): string {
  const tokens = text.replaceAll(/<([^<>]+)>/g, (_whole, inner: string) => renderToken(inner, names, now));
  return renderEmoji(unescapeText(tokens));
}

/** Turns `:x:` into ❌ where the sign is known. */
export function renderEmoji(text: string): string {
  return text.replaceAll(/:([a-z_]+):/g, (whole, name: string) => EMOJI[name] ?? whole);
}

/** A date token's format filled in, in the terminal's own time zone (docs.slack.dev, formatting-message-text). */
export function renderDate(seconds: number, format: string, now: Date): string {
  const date = new Date(seconds * 1000);
  const day = relativeDay(date, now) ?? longDate(date);
  const values: Readonly<Record<string, string>> = {
    '{date_num}': date.toISOString().slice(0, 10),
    '{date}': longDate(date),
    '{date_short}': longDate(date),
    '{date_long}': longDate(date),
    '{date_pretty}': day,
    '{date_short_pretty}': day,
    '{date_long_pretty}': day,
    '{day_divider_pretty}': day,
    '{time}': clock(date),
    '{time_secs}': `${clock(date)}:${String(date.getSeconds()).padStart(2, '0')}`,
    '{ago}': ago((now.getTime() - date.getTime()) / 1000),
  };
  return format.replaceAll(/\{[a-z_]+\}/g, (token) => values[token] ?? token);
}

function renderToken(inner: string, names: Names, now: Date): string {
  const [target = '', label] = inner.split('|');
  if (target.startsWith('@')) return `@${label ?? names.user(target.slice(1))}`;
  if (target.startsWith('#')) return `#${label || names.channel(target.slice(1))}`;
  const [, seconds, format] = /^!date\^(\d+)\^([^^]+)/.exec(target) ?? [];
  if (seconds !== undefined && format !== undefined) return renderDate(Number(seconds), format, now);
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

function longDate(date: Date): string {
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

function relativeDay(date: Date, now: Date): string | undefined {
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  return days === 0 ? 'today' : days === 1 ? 'yesterday' : days === -1 ? 'tomorrow' : undefined;
}

function startOfDay(date: Date): number {
  return new Date(date).setHours(0, 0, 0, 0);
}

function ago(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} sec ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}
