/**
 * A sign as JSON may write it (RFC 8259, 7), however often it was written into JSON again. Gson writes `=`, `&`, `<`,
 * `>` and `'` in this way, Go `&`, `<` and `>`, Python what is not ASCII. A run of backslashes is read once, and whole.
 */
const ESCAPE = /(?<!\\)(\\+)(?:u([\dA-Fa-f]{4})|([tnr]))/g;
const BACKSLASH = '\\';
/** What is seen. The rest stays escaped: it would steer terminals, turn text round, or be half a character. */
const SEEN = /^[\p{L}\p{N}\p{P}\p{S} ]$/u;

/**
 * What stands for escapes of blanks while secrets are sought: white space that no cleaned line holds, so that it can be
 * written back. With a tab or a line end in it, a line would be JSON no more.
 */
const TAB = '\u000b';
const LINE_FEED = '\u2028';
const RETURN = '\u2029';
const SPARE_BACKSLASH = '\ufeff';
const BLANKS: Readonly<Record<string, string>> = {
  t: TAB,
  n: LINE_FEED,
  r: RETURN,
  '0009': TAB,
  '000a': LINE_FEED,
  '000d': RETURN,
};

/** The text with signs in place of their escapes: `password\u003dx` as `password=x`. Quotes stay escaped. */
export function readEscapes(text: string): string {
  if (!text.includes(BACKSLASH)) return text;
  return text.replace(ESCAPE, (all: string, slashes: string, code?: string, letter?: string) => {
    const blank = BLANKS[letter ?? code?.toLowerCase() ?? ''];
    if (blank !== undefined) return SPARE_BACKSLASH.repeat(slashes.length - 1) + blank;
    const sign = String.fromCharCode(Number.parseInt(code ?? '', 16));
    if (sign === BACKSLASH || !SEEN.test(sign)) return all;
    return sign === '"' ? `${BACKSLASH}"` : sign;
  });
}

/** Writes back the blanks that `readEscapes` found. */
export function writeBlanks(text: string): string {
  return text
    .replaceAll(SPARE_BACKSLASH, BACKSLASH)
    .replaceAll(TAB, String.raw`\t`)
    .replaceAll(LINE_FEED, String.raw`\n`)
    .replaceAll(RETURN, String.raw`\r`);
}
