import { HIDDEN, type Masked } from './hidden.ts';
import { maskKeyBlocks } from './key-block.ts';
import { maskPairs } from './secret-pair.ts';

/** `user:password@` in an address. The password may hold an `@`; an address's host starts after the last one. */
const PASSWORD_IN_ADDRESS = /(?<=:\\{0,3}\/\\{0,3}\/[^\s/:@"'<>]{0,256}:)[^\s/"'<>]+(?=@)/g;

/** Headers of HTTP and of Alibaba Cloud's signed calls: `Authorization: OSS <id>:<signature>`. The scheme stays. */
const AUTHORIZATION =
  /(\bauthorization\\{0,7}["']?[ \t]{0,3}[:=][ \t]{0,3}\\{0,7}["']?(?:basic|bearer|digest|token|oss\d?|acs|aws|odps|dlf|acs3-hmac-sha256|aws4-hmac-sha256|oss4-hmac-sha256)[ ])([^\s"'\\<>]+)/gi;

const BEARER = /(\bbearer(?:[ \t]{1,3}|%20|\+))([^\s"'\\<>,;)}\]]+)/gi;
const WORDS_AFTER_BEARER =
  /^(?:tokens?|auth\w{0,12}|scheme|realm\S{0,80}|headers?|credentials?|errors?|is|was|and|or|not|for|in|of|must|required|missing|invalid|expired|type|security|format)[.:!?]?$/i;

/**
 * What is a secret by its shape alone. AccessKey ids of Alibaba Cloud begin with LTAI, those of STS with `STS.` or
 * `TMP.`, STS tokens with CAIS; a secret key is 30 letters and digits, told from an ordinary word only where it stands
 * right behind an id. A shape needs a boundary before it, so that each run of letters is read once.
 */
const SHAPES: readonly RegExp[] = [
  /(?<![A-Za-z0-9])LTAI[A-Za-z0-9]{8,}/g,
  /(?<![A-Za-z0-9])STS\.[A-Za-z0-9]{6,}/g,
  /(?<![A-Za-z0-9])TMP\.(?=[A-Za-z]{0,60}\d)[A-Za-z0-9]{12,}/g,
  /(?<![A-Za-z0-9+/=])CAIS[A-Za-z0-9+/=]{40,}/g,
  /(?<![\w-])eyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)*/g,
  /(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-[\w-]{6,}/g,
  /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|hf_[A-Za-z0-9]{20,})/g,
  /(?<![\w-])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  /(?<![\w-])sk-(?:[a-z]{2,8}-)?[A-Za-z0-9]{20,}[\w-]*/g,
];
const SECRET_BEHIND_ID =
  /(?<=(?<![A-Za-z0-9])(?:LTAI|STS\.)[A-Za-z0-9]{8,64}(?:["',:;/|\\\s]|--?p\s){1,6})[A-Za-z0-9]{30,46}(?![A-Za-z0-9])/g;

/**
 * Hides secrets, so that a line from a log can be shown in a channel: AccessKeys, STS and bearer tokens, what stands
 * behind names like `Signature=`, `token=` and `password:`, passwords in addresses, private keys (messages.md, rule 5).
 * The names stay readable. Masking twice changes nothing. Takes time in proportion to the text, whatever stands in it.
 *
 * Not promised: a secret with neither a name nor a known shape is not found.
 */
export function maskSecrets(text: string): Masked {
  const keys = maskKeyBlocks(text);
  let safe = keys.text;
  let hidden = keys.hidden;
  const hide = (secret: string): string => {
    if (secret === HIDDEN) return secret;
    hidden += 1;
    return HIDDEN;
  };

  safe = safe.replace(PASSWORD_IN_ADDRESS, hide);
  const pairs = maskPairs(safe);
  safe = pairs.text;
  safe = safe.replace(AUTHORIZATION, (_, head: string, secret: string) => head + hide(secret));
  safe = safe.replace(BEARER, (all: string, head: string, secret: string) =>
    isBearerSecret(head, secret) ? head + hide(secret) : all,
  );
  safe = safe.replace(SECRET_BEHIND_ID, hide);
  for (const shape of SHAPES) safe = safe.replace(shape, hide);
  return { text: safe, hidden: hidden + pairs.hidden };
}

/** People write about bearer tokens, too: `bearer authentication is required`. */
function isBearerSecret(head: string, secret: string): boolean {
  if (WORDS_AFTER_BEARER.test(secret.slice(0, 100))) return false;
  return (
    head.startsWith('B') || (secret.length >= 8 && /\d/.test(secret.slice(0, 200))) || secret.length >= 24
  );
}
