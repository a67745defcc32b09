/** What stands between a mention and the command: people write to the bot as to a person. */
const LEAD = /^[\s:,;，：；、]+/;
/** A sentence may end with the mention and its full stop. */
const ONLY_MARKS = /^[\s.!?。！？…]*$/;

/**
 * What a mention asks: the text after it, or what stands before it if nothing follows. A label may stand inside, as
 * in `<@U0BOT|flowbell>`; further mentions of the bot mean nothing.
 */
export function textOfMention(text: string, botUserId: string): string {
  const [before = '', ...after] = splitAtBot(text, botUserId);
  const rest = after.join(' ').replace(LEAD, '').trim();
  const lead = before.trim();
  return ONLY_MARKS.test(rest) && lead !== '' ? lead : rest;
}

/** What a direct message asks: all of it, and mentioning the bot there means nothing. */
export function textOfDm(text: string, botUserId: string): string {
  return splitAtBot(text, botUserId).join(' ').replace(LEAD, '').trim();
}

function splitAtBot(text: string, botUserId: string): string[] {
  // A user id is letters and digits alone, so that nothing in it can steer the expression.
  if (!/^[A-Z0-9]+$/.test(botUserId)) return [text];
  return text.split(new RegExp(`<@${botUserId}(?:\\|[^<>]*)?>`));
}
