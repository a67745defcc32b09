import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findErrorLine } from '../../../src/domain/log/error-line.ts';
import { cleanLog } from '../../../src/domain/log/log-text.ts';

const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
const FAMILY = '👩‍👩‍👧';

function clean(line: string, most?: number): string {
  return cleanLog([line], most).lines[0] ?? 'no line';
}

describe('cleanLog takes out what a terminal does not show', () => {
  it.each<[line: string, text: string, reason: string]>([
    ['\u001b[31mERROR\u001b[0m bad', 'ERROR bad', 'colours'],
    ['\u001b[1;38;5;196mred\u001b[K\u001b[2J', 'red', 'long colours, erased lines'],
    ['\u001b]0;title\u0007text', 'text', 'a window title'],
    ['\u001b]8;;https://x.io\u001b\\link\u001b]8;;\u001b\\', 'link', 'a link'],
    ['\u001b(Btext\u001b=', 'text', 'character sets and keypads'],
    ['\u001b]0;no end', '0;no end', 'an escape without its end'],
    ['  0%\r 50%\r100% done', '100% done', 'a progress bar'],
    [' 10%\r100%\r\n', '100%', 'a progress bar with a line end'],
    ['100%\r\u001b[K\r', '100%', 'an erased line at the end'],
    ['\tat a.B', '    at a.B', 'tabs become spaces'],
    ['one\ntwo\u2028three', 'one two three', 'line ends inside'],
    ['text  \r\n', 'text', 'spaces and line ends behind'],
    ['a\u0000b\bc\u007fd\u0085e', 'abcd e', 'control characters'],
    ['a\u200bb\ufeffc\u00add', 'abcd', 'zero-width characters'],
    ['abc\u202etxt.exe\u2066', 'abctxt.exe', 'characters that turn text round'],
    ['a\ud800b\udc00', 'ab', 'halves of characters'],
    ['训练失败 😀 é', '训练失败 😀 é', 'other scripts stay'],
    ['', '', 'nothing'],
  ])('%j becomes %j: %s', (line, text) => {
    expect(clean(line)).toBe(text);
  });

  it.each([
    ['\u0000\u0001\u0002\u0003\u0004abc'],
    [`PK\u0003\u0004${'\ufffd'.repeat(40)}ab${'\u0000'.repeat(9)}`],
    ['\ufffd\ufffd\ufffd\ufffd'],
    ['\ud800'.repeat(100)],
  ])('shows only … for a line that is not text', (line) => {
    expect(clean(line)).toBe('…');
  });

  it('keeps text with a few broken characters', () => {
    expect(clean('caf\ufffd closed')).toBe('caf\ufffd closed');
  });
});

describe('cleanLog hides secrets', () => {
  it('before it cuts, so that no part of one shows', () => {
    const jwt = `eyJhbGciOiJIUzI1NiJ9.${'eyJ0b2tlbiI6'.repeat(20)}.${'dozjgNryP4'.repeat(4)}`;

    expect(clean(`${'x'.repeat(30)} ${jwt}`, 40)).toBe(`${'x'.repeat(30)} •••`);
    expect(clean(`http://u:${'p'.repeat(60)}@host/db`, 30)).toBe('http://u:•••@host/db');
  });

  it('that colours and zero-width characters cut into pieces', () => {
    expect(clean('pass\u200bword=\u001b[31mhunter2\u001b[0m')).toBe('password=•••');
  });

  it('behind tabs, which become blanks only afterwards', () => {
    expect(clean('password:\t\thunter2Zq9')).toBe('password:        •••');
    expect(clean(`password${'\t'.repeat(20)}=\thunter`)).toBe(`password${' '.repeat(80)}=    •••`);
  });

  it('over several lines, and counts a private key once', () => {
    const lines = [
      '-----BEGIN PRIVATE KEY-----\n',
      `${BODY}\r\n`,
      'AbC=',
      '-----END PRIVATE KEY-----',
      'token=abc',
    ];

    expect(cleanLog(lines)).toEqual({
      lines: ['-----BEGIN PRIVATE KEY-----', '•••', '•••', '-----END PRIVATE KEY-----', 'token=•••'],
      hidden: 2,
    });
  });
});

describe('the cause read out of a cleaned line of JSON', () => {
  it.each([
    [String.raw`password\u003dhunter22`, 'password=•••'],
    [String.raw`pass\u0077ord=hunter22`, 'password=•••'],
    [String.raw`password\t=\thunter22`, 'password\t=\t•••'],
  ])('holds no secret: %s', (written, cause) => {
    const { lines } = cleanLog([`{"level":"error","msg":"GET failed, ${written}"}`]);

    expect(findErrorLine(lines)?.line).toBe(`GET failed, ${cause}`);
  });
});

describe('cleanLog cuts', () => {
  it('at 500 characters unless told otherwise, with … among them', () => {
    expect(clean('x'.repeat(500))).toBe('x'.repeat(500));
    expect(clean('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
  });

  it.each<[line: string, most: number, text: string]>([
    ['abcdef', 4, 'abc…'],
    ['ab😀def', 4, 'ab…'],
    ['ab😀def', 5, 'ab😀…'],
    ['abce\u0301fgh', 5, 'abc…'],
    [`a${FAMILY.replaceAll('\u200d', '')}b`, 3, 'a…'],
    ['ab      cd', 6, 'ab…'],
    ['abc', 1, '…'],
    [`e${'\u0301'.repeat(900)}`, 4, 'e\u0301\u0301…'],
  ])('%j at %d between characters', (line, most, text) => {
    expect(clean(line, most)).toBe(text);
  });

  it('shows that a line was cut where its secrets became short', () => {
    const line = `http://u:${'p'.repeat(4096)}@host/${'😀'.repeat(900)}`;

    expect(clean(line)).toMatch(/^http:\/\/u:•••@host\/(?:😀)+…$/u);
  });

  it('keeps three back-ticks from ending a code block', () => {
    expect(clean('```js\u200b ``\u200b` ````')).toBe("'''js ''' '''`");
  });
});

const parts = fc
  .array(fc.constantFrom('\u001b', '[', 'm', '\r', '`', 'é', 'token=', 'x'.repeat(20), '\t', ' ', '\n'))
  .map((list) => list.join(''));
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom('\ud83d', '\ude00', 'e\u0301', 'ab')).map((list) => list.join('')),
  parts,
);

describe('cleanLog on anything', () => {
  it('gives a line for each line, bounded, without control characters and fences, and well-formed', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 6 }), fc.integer({ min: 1, max: 60 }), (lines, most) => {
        const cleaned = cleanLog(lines, most).lines;

        expect(cleaned).toHaveLength(lines.length);
        for (const line of cleaned) {
          expect(line.length).toBeLessThanOrEqual(most);
          expect(line).not.toMatch(/\p{Cc}|\p{Cs}|```/u);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('changes nothing the second time where nothing was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 70 }), parts)), (lines) => {
        const once = cleanLog(lines, 5000).lines;

        expect(cleanLog(once, 5000)).toEqual({ lines: once, hidden: 0 });
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['x', '\u001b', '\u001b]', '\u001b[0', '\r', '\t', ' ', '\ufffd', '`', '👩‍'])(
    'answers for a line of 1 MB of %j',
    (unit) => {
      expect(clean(unit.repeat(1_000_000)).length).toBeLessThanOrEqual(500);
    },
  );
});
