import { z } from 'zod';

/** Recipe of a log that is made line by line while it is sent; the same recipe gives the same lines. */
export const logMakerSchema = z
  .strictObject({
    /** Lines in all, `last` among them. */
    lines: z.int().min(0).max(100_000_000),
    /** UTF-8 bytes of each made line; left out = as long as it comes, about 55. */
    bytesPerLine: z.int().min(1).max(16_000_000).optional(),
    /** `binary` = control characters, ANSI sequences, U+FFFD, lone surrogates, Slack tokens. */
    kind: z.enum(['text', 'binary']).default('text'),
    /** How the log ends. */
    last: z.array(z.string()).default([]),
  })
  .refine((maker) => maker.last.length <= maker.lines, 'last has more lines than the whole log');

type LogMaker = z.output<typeof logMakerSchema>;

/** The lines of one node, read by their number from 0, so that a large log is never held as a whole. */
export interface NodeLog {
  readonly count: number;
  lineAt(index: number): string;
}

/** Which lines of a log a call asks for. */
interface LogQuery {
  readonly keyword: string;
  readonly isReversed: boolean;
  readonly offset: number;
  readonly size: number;
}

/** A log out of given lines or out of a recipe; nothing when neither is given. */
export function createLog(given: {
  readonly logs?: readonly string[] | undefined;
  readonly logMaker?: LogMaker | undefined;
}): NodeLog | undefined {
  if (given.logMaker !== undefined) return makeLog(given.logMaker);
  const lines = given.logs;
  return lines === undefined ? undefined : { count: lines.length, lineAt: (index) => lines[index] ?? '' };
}

/** How many lines fit, and those of one page, each made when it is taken. */
export function readLog(log: NodeLog, query: LogQuery): { total: number; lines: Iterable<string> } {
  const { keyword, offset, size, isReversed } = query;
  const fitting = keyword === '' ? undefined : findLines(log, keyword);
  const total = fitting?.length ?? log.count;

  function* lines(): Generator<string> {
    const end = Math.min(total, offset + size);
    for (let place = offset; place < end; place += 1) {
      const at = isReversed ? total - 1 - place : place;
      yield log.lineAt(fitting?.[at] ?? at);
    }
  }

  return { total, lines: lines() };
}

/** The numbers of the lines that hold a keyword; numbers alone, so that a large log is never held. */
function findLines(log: NodeLog, keyword: string): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at < log.count; at += 1) if (log.lineAt(at).includes(keyword)) found.push(at);
  return found;
}

function makeLog({ lines, bytesPerLine, kind, last }: LogMaker): NodeLog {
  const made = lines - last.length;
  const make = kind === 'binary' ? binaryLine : textLine;
  return {
    count: lines,
    lineAt: (index) => last[index - made] ?? make(index, { lines, bytes: bytesPerLine }),
  };
}

/** Times of day as text, made once: a date for each of a million lines would take seconds. */
const MINUTES = Array.from({ length: 1440 }, (_, minute) =>
  new Date(minute * 60_000).toISOString().slice(11, 16),
);

interface LineSize {
  readonly lines: number;
  readonly bytes: number | undefined;
}

function textLine(index: number, { lines, bytes }: LineSize): string {
  const line = `2026-11-22 ${MINUTES[(index >>> 3) % 1440]} INFO  [reader] block ${index + 1} of ${lines} read`;
  return bytes === undefined ? line : line.slice(0, bytes).padEnd(bytes, '.');
}

/** What a terminal, a JSON reader or Slack could take for more than text. */
const SCRAPS = [
  ...['\u0000', '\u0001\u0002', '\u0007', '\b', '\r', '\n', '\t', '\u007f', '\u0085', '\u2028'],
  ...['\u001b[31mred\u001b[0m', '\u001b]0;title\u0007', '\u001b[2J', '\u202e', '\u200b', '\ufeff'],
  ...[
    '\ufffd',
    '\ufffd\ufffd',
    '\ud83d',
    '```',
    '`',
    '*',
    '_',
    '~',
    '\\',
    '"',
    '&',
    '<!channel>',
    '<@U0OWNER>',
  ],
  ...['ELF', 'PK\u0003\u0004', '中', '🧨', 'é'],
];
const BINARY_BYTES = 100;

function binaryLine(index: number, { bytes = BINARY_BYTES }: LineSize): string {
  const scraps: string[] = [];
  let left = bytes;
  let state = (index + 1) >>> 0;
  while (left > 0) {
    // The numbers of a small linear congruential generator (Numerical Recipes); only the high bits are used.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const scrap = SCRAPS[(state >>> 16) % SCRAPS.length] ?? '';
    const size = Buffer.byteLength(scrap);
    scraps.push(size <= left ? scrap : '\u0000'.repeat(left));
    left -= size;
  }
  return scraps.join('');
}
