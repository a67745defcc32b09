/** Characters of a name that are shown: enough to tell two apart, short enough for a phone. */
const SHOWN = 80;

/** Cut with `…` between characters, never inside one. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * A name from outside as it may stand in a message: one line, no control or direction-changing characters, no
 * back-ticks (they would end the code span in `text`), cut with `…`. Costs the same for 10 bytes and for 10 MB.
 */
export function cleanName(outside: string): string {
  return cleanText(outside, SHOWN);
}

/** What the settings call a PAI workspace. They are short; one that is not must not fill a line that lists them. */
export function cleanLabel(label: string): string {
  return cut(cleanName(label), LABEL);
}

const LABEL = 24;

/** Outside text longer than a name, cleaned like one: a line of a log that is quoted, a filter, what somebody typed. */
export function cleanText(outside: string, most: number): string {
  const head = outside.slice(0, most * 8);
  const oneLine = head
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}]/gu, '')
    .replace(/`/g, "'")
    .trim();
  const characters = Array.from(oneLine);
  if (characters.length <= most && head.length === outside.length) return oneLine === '' ? '?' : oneLine;
  return `${characters.slice(0, most - 1).join('')}…`;
}

/** Characters of a log line; a longer one was cut before, or is cut here. */
const LOG_LINE = 1000;

/**
 * A log line as it may stand in a preformatted block: its blanks and tabs stay, since they line columns up, what
 * would break the line or change its direction goes.
 */
export function cleanLogLine(outside: string): string {
  const head = outside.slice(0, LOG_LINE * 2);
  const oneLine = head.replace(/[^\P{Cc}\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trimEnd();
  return cut(head.length < outside.length ? `${oneLine}…` : oneLine, LOG_LINE);
}

/** A vendor's code or request id as it may be quoted: letters, digits, dot, dash and underscore only. */
export function cleanCode(outside: string): string {
  return outside.replace(/[^\w.-]/g, '').slice(0, 80);
}
