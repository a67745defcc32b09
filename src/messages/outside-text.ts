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
  const head = outside.slice(0, SHOWN * 8);
  const oneLine = head
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}]/gu, '')
    .replace(/`/g, "'")
    .trim();
  const characters = Array.from(oneLine);
  if (characters.length <= SHOWN && head.length === outside.length) return oneLine === '' ? '?' : oneLine;
  return `${characters.slice(0, SHOWN - 1).join('')}…`;
}

/** A vendor's code or request id as it may be quoted: letters, digits, dot, dash and underscore only. */
export function cleanCode(outside: string): string {
  return outside.replace(/[^\w.-]/g, '').slice(0, 80);
}
