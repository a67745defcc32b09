import { BLANK, HIDDEN, type Masked } from './hidden.ts';
import { readEscapes, writeBlanks } from './json-escape.ts';
import { maskKeyBlocks } from './key-block.ts';
import { maskCommands } from './secret-command.ts';
import { maskPairs } from './secret-pair.ts';
import { mayHoldSecret } from './secret-sign.ts';

/** `user:password@` in an address. The password may hold an `@`; an address's host starts after the last one. */
const PASSWORD_IN_ADDRESS = /(:\\{0,3}\/\\{0,3}\/[^\s/:@"'<>]{0,256}:)([^\s/"'<>]+)(?=@)/g;

/** Headers of HTTP and of Alibaba Cloud's signed calls: `Authorization: OSS <id>:<signature>`. The scheme stays. */
const AUTHORIZATION = new RegExp(
  String.raw`(\bauthorization\\{0,7}["']?${BLANK}{0,40}[:=]${BLANK}{0,40}\\{0,7}["']?(?:basic|bearer|digest|token|oss\d?|acs|aws|odps|dlf|acs3-hmac-sha256|aws4-hmac-sha256|oss4-hmac-sha256)${BLANK}{1,40})([^\s"'\\<>]+)`,
  'gi',
);

/** A header's cookies, all of them: what they are called does not tell which one lets somebody in. */
const COOKIE = new RegExp(
  String.raw`(\b(?:set-)?cookie\\{0,7}["']?${BLANK}{0,40}[:：]${BLANK}{0,40}\\{0,7}["']?)((?=[^\s"'\\,;=]{1,100}=)(?:[^\r\n\u2028\u2029"'\\]|(?<==)"[^"\r\n\u2028\u2029]{0,256}")+)`,
  'gi',
);

const BEARER = new RegExp(String.raw`(\bbearer(?:${BLANK}{1,40}|%20|\+))([^\s"'\\<>,;)}\]]+)`, 'gi');
const WORDS_AFTER_BEARER =
  /^(?:tokens?|auth\w{0,12}|scheme|realm\S{0,80}|headers?|credentials?|errors?|is|was|and|or|not|for|in|of|must|required|missing|invalid|expired|type|security|format)[.:!?]?$/i;

/**
 * What is a secret by its shape alone. AccessKey ids of Alibaba Cloud begin with LTAI, those of STS with `STS.` or
 * `TMP.`, STS tokens with CAIS; a secret key is 30 letters and digits, told from an ordinary word only where it stands
 * behind an id. A shape needs a boundary before it, so that each run of letters is read once.
 */
const SHAPES: readonly RegExp[] = [
  /(?<![A-Za-z0-9])LTAI[A-Za-z0-9]{8,}/g,
  /(?<![A-Za-z0-9])STS\.[A-Za-z0-9]{6,}/g,
  /(?<![A-Za-z0-9])TMP\.(?=[A-Za-z]{0,60}\d)[A-Za-z0-9]{12,}/g,
  /(?<![A-Za-z0-9+/=])CAIS[A-Za-z0-9+/=]{40,}/g,
  /(?<![\w-])eyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)*/g,
  /(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-[\w-]{6,}/g,
  /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,})/g,
  /(?<![A-Za-z0-9])dapi[0-9a-f]{32}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])AIza[\w-]{35}(?![\w-])/g,
  /(?<![\w-])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  /(?<![\w-])sk-(?:[a-z]{2,8}-)?[A-Za-z0-9]{20,}[\w-]*/g,
];
/** The id may end a line. What begins like an id is one, and has a secret of its own behind it. */
const SECRET_BEHIND_ID =
  /((?<![A-Za-z0-9])(?:LTAI|STS\.)[A-Za-z0-9]{8,64}(?:["',:;/|\\\s]|--?p\s){1,40})(?!LTAI)([A-Za-z0-9]{30,46})(?![A-Za-z0-9])/g;
const ID = /(?<![A-Za-z0-9])(?:LTAI|STS\.)[A-Za-z0-9]{8}/;
const SECRET_BESIDE_ID = /(?<![\w+/=-])[A-Za-z0-9]{30}(?![\w+/=-])/g;

/**
 * Hides secrets, so that a line from a log can be shown in a channel: AccessKeys, STS and bearer tokens, what stands
 * behind names like `Signature=`, `token=` and `password:`, passwords in addresses and commands, cookies, private keys
 * (messages.md, rule 5). The names stay readable. Masking twice changes nothing. Takes time in proportion to the text,
 * whatever stands in it.
 *
 * Not promised: a secret with neither a name nor a known shape is not found.
 */
export function maskSecrets(text: string): Masked {
  const keys = maskKeyBlocks(text);
  let { hidden } = keys;
  const behindIds = keys.text.replace(SECRET_BEHIND_ID, (_, head: string) => {
    hidden += 1;
    return head + HIDDEN;
  });
  // Nothing else spans lines. Most of them are no more than looked at, which keeps long logs from holding up the rest.
  const lines = behindIds.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!mayHoldSecret(line)) continue;
    const masked = maskLine(line);
    lines[index] = masked.text;
    hidden += masked.hidden;
  }
  return { text: lines.join('\n'), hidden };
}

/**
 * Hides what needs no other line to be found. Signs may be escaped as JSON escapes them; where that hid a secret, they
 * stand in the text as what they are.
 */
export function maskLine(line: string): Masked {
  const read = readEscapes(line);
  if (read === line) return maskSigns(line);
  const escaped = maskSigns(read);
  if (escaped.hidden === 0) return maskSigns(line);
  // An escape may also end a secret, as a backslash does.
  const rest = maskSigns(writeBlanks(escaped.text));
  return { text: rest.text, hidden: escaped.hidden + rest.hidden };
}

function maskSigns(line: string): Masked {
  let hidden = 0;
  const hide = (secret: string): string => {
    if (secret === HIDDEN) return secret;
    hidden += 1;
    return HIDDEN;
  };
  const hideBehind = (_: string, head: string, secret: string): string => head + hide(secret);

  const commands = maskCommands(line);
  const headers = commands.text.replace(PASSWORD_IN_ADDRESS, hideBehind).replace(COOKIE, hideBehind);
  const pairs = maskPairs(headers);
  let safe = pairs.text
    .replace(AUTHORIZATION, hideBehind)
    .replace(BEARER, (all: string, head: string, secret: string) =>
      isBearerSecret(head, secret) ? head + hide(secret) : all,
    );
  if (ID.test(line)) safe = safe.replace(SECRET_BESIDE_ID, (word) => (isKey(word) ? hide(word) : word));
  for (const shape of SHAPES) safe = safe.replace(shape, hide);
  return { text: safe, hidden: hidden + commands.hidden + pairs.hidden };
}

/** Thirty letters and digits that no hash and no name is made of. */
function isKey(word: string): boolean {
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
}

/** People write about bearer tokens, too: `bearer authentication is required`. */
function isBearerSecret(head: string, secret: string): boolean {
  if (WORDS_AFTER_BEARER.test(secret.slice(0, 100))) return false;
  return (
    head.startsWith('B') || (secret.length >= 8 && /\d/.test(secret.slice(0, 200))) || secret.length >= 24
  );
}
