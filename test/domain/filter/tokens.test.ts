import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPlainSigns } from '../../../src/domain/filter/plain-signs.ts';
import { formatPair, type Token, tokenize } from '../../../src/domain/filter/tokens.ts';
import { nastyText } from '../../helpers/nasty-text.ts';

function tokensOf(text: string): readonly Token[] {
  const read = tokenize(text);
  if (read.kind !== 'tokens') throw new Error(`open quote: ${read.typed}`);
  return read.tokens;
}

/** Tokens in a short form: `-key=[a|b]`, words in quotes if they were, `,` before one that a comma ties. */
function short(text: string): string[] {
  return tokensOf(text).map((token) => {
    const not = token.negated ? '-' : '';
    if (token.kind === 'pair') return `${not}${token.key}=[${token.values.join('|')}]`;
    return `${token.isAlternative ? ',' : ''}${not}${token.quoted ? `"${token.text}"` : token.text}`;
  });
}

describe('tokenize', () => {
  it.each<[text: string, tokens: readonly string[], reason: string]>([
    ['', [], 'nothing'],
    [' \n\t ', [], 'only blanks'],
    ['status:failed', ['status=[failed]'], 'a pair'],
    ['STATUS:Failed', ['status=[Failed]'], 'the key in lower case, the value as typed'],
    ['status:failed,terminated', ['status=[failed|terminated]'], 'two values'],
    ['status:failed pipeline:ctr-*', ['status=[failed]', 'pipeline=[ctr-*]'], 'two pairs'],
    ['-user:4905', ['-user=[4905]'], 'NOT'],
    ['--user:4905', ['-user=[4905]'], 'two dashes'],
    ['- failed', ['-failed'], 'a space behind the dash'],
    ['-', [], 'a dash alone'],
    ['ctr failed', ['ctr', 'failed'], 'words'],
    ['ctr,item', ['ctr', ',item'], 'words tied by a comma'],
    ['ctr , item', ['ctr', ',item'], 'with spaces around'],
    ['ctr,-item', ['ctr', '-item'], 'a NOT behind a comma stands alone'],
    ['name:a, ctr item', ['name=[a|ctr]', 'item'], 'a comma ties only what follows'],
    ['name:"daily train"', ['name=[daily train]'], 'a quoted value'],
    ['"daily train"', ['"daily train"'], 'a quoted word'],
    ['"status:failed"', ['"status:failed"'], 'a quoted pair is a word'],
    ['name:"a,b",c', ['name=[a,b|c]'], 'a comma in quotes'],
    ['name:"a ""b"" c"', ['name=[a "b" c]'], 'doubled quotes'],
    ['name:ctr" "daily', ['name=[ctr daily]'], 'quotes inside a word'],
    ['name:""', ['name=[]'], 'an empty value in quotes is one'],
    ["name:'daily train'", ['name=[daily train]'], 'single quotes around a value'],
    ["name:it's o'clock", ["name=[it's]", "o'clock"], 'an apostrophe stays'],
    ["name:'tis", ["name=['tis]"], 'also in front'],
    ['until:09:00', ['until=[09:00]'], 'a colon in the value'],
    ['name:a:b', ['name=[a:b]'], 'a second colon that looks like a key'],
    ['09:00', ['09:00'], 'a time is no pair'],
    ['status:', ['status=[]'], 'no value'],
    ['status:,', ['status=[]'], 'only a comma'],
    ['status:failed,', ['status=[failed]'], 'a comma at the end'],
    ['status:failed,pipeline:ctr', ['status=[failed]', 'pipeline=[ctr]'], 'pairs parted by a comma'],
    ['status: pipeline:ctr', ['status=[]', 'pipeline=[ctr]'], 'a pair is not the value of the one before'],
    ['(status:failed)', ['status=[failed]'], 'brackets around all'],
    ['name:train(2)', ['name=[train(2)]'], 'brackets of a name'],
    ['name:back\\slash', ['name=[back\\slash]'], 'a back-slash is a letter like others'],
    [':x: ::', [':x:', '::'], 'no key before the colon'],
    ['tail:50 grep:"a b"', ['tail=[50]', 'grep=[a b]'], 'keys that are no filters'],
  ])('reads %j as %j: %s', (text, tokens) => {
    expect(short(text)).toEqual(tokens);
  });

  it.each<[text: string, tokens: readonly string[], reason: string]>([
    ['name:“daily train”', ['name=[daily train]'], 'curly quotes'],
    ['name:„daily train“', ['name=[daily train]'], 'German quotes'],
    ['name:「daily train」', ['name=[daily train]'], 'corner brackets'],
    ['name:‘daily train’', ['name=[daily train]'], 'single curly quotes'],
    ['name:it’s', ["name=[it's]"], 'a curly apostrophe'],
    ['—status:failed', ['-status=[failed]'], 'an em dash for --'],
    ['–status:failed', ['-status=[failed]'], 'an en dash'],
    ['－status:failed', ['-status=[failed]'], 'a full-width dash'],
    ['name:a—b', ['name=[a--b]'], 'an em dash inside a name'],
    ['status:failed\u00a0ctr', ['status=[failed]', 'ctr'], 'a no-break space'],
    ['status:failed\u3000ctr', ['status=[failed]', 'ctr'], 'a full-width space'],
    ['status：failed', ['status=[failed]'], 'a full-width colon'],
    ['状态：失败，已终止', ['状态=[失败|已终止]'], 'a full-width comma'],
    ['状态：失败、已终止', ['状态=[失败|已终止]'], 'a list comma'],
    ['状态：失败；已终止。', ['状态=[失败|已终止]'], 'a full-width semicolon and full stop'],
    ['状态：（失败，已终止）', ['状态=[失败|已终止]'], 'full-width brackets around values'],
    ['name:train（2）', ['name=[train(2)]'], 'full-width brackets of a name'],
    ['name:＊train＊', ['name=[*train*]'], 'full-width stars'],
    ['name:＃１２', ['name=[#12]'], 'full-width number sign and digits'],
    ['ｓｔａｔｕｓ：ｆａｉｌｅｄ', ['status=[failed]'], 'full-width letters'],
    ['name:a&amp;b', ['name=[a&b]'], 'an escaped ampersand'],
    ['name:&lt;b&gt;', ['name=[<b>]'], 'escaped brackets'],
    ['name:a&amp;amp;lt;b', ['name=[a<b]'], 'escaped more than once'],
    ['`status:failed`', ['status=[failed]'], 'back-ticks around a pair'],
    ['status:`failed`', ['status=[failed]'], 'back-ticks around a value'],
    ['```status:failed```', ['status=[failed]'], 'a code block'],
    ['sta\u200btus:fai\u2060led\ufeff', ['status=[failed]'], 'zero-width marks'],
    ['status: failed', ['status=[failed]'], 'a space behind the colon'],
    ['status:failed, terminated', ['status=[failed|terminated]'], 'a space behind the comma'],
    ['status:failed ,terminated', ['status=[failed|terminated]'], 'a space before the comma'],
    ['status: failed , terminated ctr', ['status=[failed|terminated]', 'ctr'], 'spaces everywhere'],
    ['name:<http://train.py|train.py>', ['name=[train.py]'], 'a name that Slack took for a host'],
    ['name:*<http://ctr.io|ctr.io>*,x', ['name=[*ctr.io*|x]'], 'the same between stars'],
    ['<mailto:a@b.example|a@b.example>', ['a@b.example'], 'an address of mail'],
    ['name:<tel:20261123|2026-11-23>', ['name=[2026-11-23]'], 'a date that Slack took for a telephone'],
  ])('undoes the mangling of %j: %s', (text, tokens) => {
    expect(short(text)).toEqual(tokens);
  });

  it.each([
    ['https://pai.console.aliyun.com/?a=b,c#/x:y;z', 'a console address with everything in it'],
    ['pai.console.aliyun.com/?a=b,c#/x:y', 'without its scheme'],
    ['ftp://host/a:b', 'any scheme'],
    ['status://failed', 'a scheme that is a key of ours'],
  ])('takes %j for one word: %s', (address) => {
    expect(short(`${address}, failed`)).toEqual([address, ',failed']);
    expect(short(`(${address})`)).toEqual([address]);
  });

  it('takes the address of a link, not its label', () => {
    expect(short('<https://pai.console.aliyun.com/?a=1&amp;b=2#/x|my run>')).toEqual([
      'https://pai.console.aliyun.com/?a=1&b=2#/x',
    ]);
  });

  it.each([
    'name:Token=eyJSECRET',
    'name:`Token`=eyJSECRET',
    'https://x.example/?Token=eyJSECRET',
    'name:"a Token=eyJSECRET',
  ])('gives nothing of the secret in %j back', (text) => {
    expect(JSON.stringify(tokenize(text))).not.toContain('SECRET');
  });

  it('does not take the next word for the value of a secret that was taken out', () => {
    expect(short('name:Token=eyJSECRET failed')).toEqual(['name=[]', 'failed']);
  });

  it.each([
    ['name:"daily train', '"daily train'],
    ['“daily train', '"daily train'],
    ['ctr name:a"', '"'],
    ['"""', '"""'],
  ])('says where the quote opens in %j', (text, typed) => {
    expect(tokenize(text)).toEqual({ kind: 'open-quote', typed });
  });

  it('repeats what was typed, cut where it is very long', () => {
    expect(tokensOf(' -status: failed，running  ctr ').map(({ typed }) => typed)).toEqual([
      '-status: failed,running',
      'ctr',
    ]);
    expect(tokensOf('x'.repeat(5000))[0]?.typed).toBe(`${'x'.repeat(200)}…`);
  });

  it.each([
    '-',
    '"" ',
    ',',
    ':',
    'a: ',
    '(',
    "'a ",
    '<',
    '&amp;',
    '%25',
    'a ,',
    ' ',
    '\u200b',
    'status:failed,',
  ])('reads 100 kB of %j', (piece) => {
    expect(tokenize(piece.repeat(100_000 / piece.length)).kind).toBe('tokens');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nastyText), (text) => {
        expect(['tokens', 'open-quote']).toContain(tokenize(text).kind);
      }),
    );
  });
});

describe('formatPair', () => {
  it.each([
    ['name', ['ctr-*'], false, 'name:ctr-*'],
    ['status', ['failed', 'terminated'], true, '-status:failed,terminated'],
    ['name', ['daily train', 'a,b'], false, 'name:"daily train","a,b"'],
    ['name', ['say "hi"'], false, 'name:"say ""hi"""'],
    ['name', ['-x'], false, 'name:"-x"'],
    ['name', ['训练'], false, 'name:训练'],
    ['name', ['<b>'], false, 'name:"&lt;b>"'],
  ])('writes %s %j (not: %s) as %s', (key, values, negated, text) => {
    expect(formatPair(key, values, negated)).toBe(text);
  });

  it('writes what tokenize reads back to the same', () => {
    const key = fc.constantFrom('name', 'status', '状态', 'grep', 'a-b_1');
    const plainText = nastyText.map(toPlainSigns).filter((text) => toPlainSigns(text) === text);
    const values = fc.array(plainText, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(key, values, fc.boolean(), (name, plain, negated) => {
        expect(tokensOf(formatPair(name, plain, negated))).toMatchObject([
          { kind: 'pair', key: name, values: plain, negated },
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('survives a client that makes its quotes curly and its dashes long', () => {
    const typed = formatPair('name', ['a "b" --c'], true).replaceAll('"', '”').replaceAll('--', '—');

    expect(short(typed)).toEqual(['-name=[a "b" --c]']);
  });
});
