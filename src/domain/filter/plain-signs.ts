import { TAKEN_OUT, untangle } from '../untangle.ts';

/**
 * A text in the signs that filters are written in, so that what a person types, in whatever keyboard, can be compared
 * with a name as PAI spells it: mangling undone as `untangle` does it, `（）` as brackets, list punctuation and `，` as
 * a comma, a long dash as the `--` it was made of, no back-ticks, no Slack escapes, no share link's secret.
 */
export function toPlainSigns(text: string): string {
  return ALREADY_PLAIN.test(text) ? text : finishSigns(unescapeAll(untangleSigns(text)));
}

/** Nearly every name there is; an answer holds thousands. */
const ALREADY_PLAIN = /^[\w ./()-]*$/;

/**
 * `untangle`, which would make commas of full-width brackets: in a name they are the twins of `()`. Back-ticks go
 * first, for one inside a secret's name would hide it.
 */
export function untangleSigns(text: string): string {
  return untangle(text.replaceAll('`', '').replaceAll('（', '(').replaceAll('）', ')'));
}

/**
 * Undoes Slack's escapes however often they were applied: text that went through a button is escaped once less than
 * the same text copied by hand.
 */
export function unescapeAll(text: string): string {
  return text
    .replace(/&(?:amp;)*lt;/g, '<')
    .replace(/&(?:amp;)*gt;/g, '>')
    .replace(/&(?:amp;)+/g, '&');
}

/** The last step, once dashes and commas that mean something have been read. */
export function finishSigns(text: string): string {
  return text.replaceAll(TAKEN_OUT, '').replaceAll('—', '--').replaceAll('，', ',');
}
