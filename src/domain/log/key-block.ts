import { HIDDEN, type Masked } from './hidden.ts';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
const BEGIN_EACH = /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----)([^\r\n-]*)/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
const BODY = /^[\s|>]*[A-Za-z0-9+/]{1,1024}={0,2}[\s\\]*$/;
const HEADER = /^[\s|>]*(?:Proc-Type|DEK-Info|Comment): /;
/** RFC 7468 wraps at 64 characters, OpenSSH at 70. A shorter line of one word may be an ordinary word. */
const FULL_LINE = 40;

/**
 * Hides the bodies of PEM private keys (RFC 7468): between the marks on one line, on the lines after a BEGIN mark, and
 * before an END mark whose beginning was cut off. The marks and the number of lines stay. A BEGIN mark that is only
 * spoken of hides nothing: lines are taken as a key's body only when they are base64 alone.
 */
export function maskKeyBlocks(text: string): Masked {
  if (!text.includes('PRIVATE KEY-----')) return { text, hidden: 0 };

  const lines = text.split('\n');
  let hidden = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (BEGIN.test(line)) {
      const inside = maskInLine(line);
      lines[index] = inside.text;
      const after = END.test(line) ? 0 : hideAfter(lines, index);
      hidden += inside.hidden + (after > 0 && inside.hidden === 0 ? 1 : 0);
    } else if (END.test(line)) {
      hidden += hideBefore(lines, index) > 0 ? 1 : 0;
    }
  }
  return { text: lines.join('\n'), hidden };
}

/** A key on one line has its line ends written as `\n`, or none. */
function maskInLine(line: string): Masked {
  let hidden = 0;
  const text = line.replace(BEGIN_EACH, (all: string, mark: string, body: string) => {
    if (body.includes(HIDDEN) || !/[A-Za-z0-9+/]{16}/.test(body)) return all;
    hidden += 1;
    return `${mark}${HIDDEN}`;
  });
  return { text, hidden };
}

function hideAfter(lines: string[], begin: number): number {
  let end = begin + 1;
  while (end < lines.length && isBody(lines[end] ?? '')) end += 1;
  // The last line of a body is short. Without its END mark it may be a word of the log.
  const isWhole = END.test(lines[end] ?? '');
  let count = 0;
  for (let index = begin + 1; index < end; index += 1) {
    const line = lines[index] ?? '';
    const isCertain = isWhole || line.trim().length >= FULL_LINE || HEADER.test(line);
    if (line.trim() === '' || !isCertain) continue;
    lines[index] = HIDDEN;
    count += 1;
  }
  return count;
}

function hideBefore(lines: string[], end: number): number {
  let count = 0;
  for (let index = end - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? '';
    const isLastOfBody = index === end - 1 && line.trim().length >= 4;
    if (!isBody(line) || !(isLastOfBody || line.trim().length >= FULL_LINE)) break;
    lines[index] = HIDDEN;
    count += 1;
  }
  return count;
}

function isBody(line: string): boolean {
  return line.trim() === '' || BODY.test(line) || HEADER.test(line);
}
