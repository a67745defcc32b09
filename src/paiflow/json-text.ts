/**
 * A user id as a bare number that JSON.parse would round: above 2^53 (9007199254740992), so 17 digits or more, or 16
 * that begin with a 9. In valid JSON an unescaped quote before a colon ends a key, so nothing inside a string fits.
 */
const ROUNDED_USER_ID = /(UserId"\s*:\s*)(\d{17,}|9\d{15})(?=\s*[,}])/g;

/**
 * Parses JSON as PAI sends it and keeps the digits of `UserId` and `ParentUserId`, which one sample shows as numbers
 * and which for RAM roles exceed 2^53 (paiflow-api.md 1 and 4). Throws SyntaxError, whose text quotes the input: it
 * must not travel.
 */
export function parseJsonText(text: string): unknown {
  return JSON.parse(text.replace(ROUNDED_USER_ID, '$1"$2"'));
}
