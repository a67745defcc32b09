import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTargets, formatTarget, parseNodeId, parseRunId, type Target } from '../../src/domain/target.ts';

const RUN = 'flow-abc123def456';
const OTHER = 'flow-9zy8xw7vu6';
const NODE = 'node-k1l2m3n4o5';
const CONSOLE = 'https://pai.console.aliyun.com';
const LINK = `${CONSOLE}/?regionId=cn-shanghai&workspaceId=94801#/studio/task/detail/${RUN}`;
const PLACED = `cn-shanghai/94801/${RUN}`;

/** Targets in their short form, names and lonely nodes: what a table row can hold. */
function read(text: string): { targets: string[]; names: readonly string[]; problems: string[] } {
  const { targets, names, problems } = findTargets(text);
  return { targets: targets.map(formatTarget), names, problems: problems.map((problem) => problem.nodeId) };
}

describe('parseRunId and parseNodeId', () => {
  it.each<[text: string, id: string | undefined, reason: string]>([
    [RUN, RUN, 'an id as PAI writes it'],
    [` ${RUN}\n`, RUN, 'spaces around'],
    ['Flow-ABC123', 'flow-abc123', 'capitals of a phone, shortest length'],
    [`flow-${'a'.repeat(40)}`, `flow-${'a'.repeat(40)}`, 'longest length'],
    [`flow-${'a'.repeat(41)}`, undefined, 'one too long'],
    ['flow-abc12', undefined, 'one too short'],
    [`${RUN} ${OTHER}`, undefined, 'two ids'],
    [`x${RUN}`, undefined, 'a longer word'],
    ['flow-abc12\u212a', undefined, 'the Kelvin sign, whose lower case is k'],
    [NODE, undefined, 'a node'],
    ['', undefined, 'nothing'],
  ])('reads %j as the run id %j: %s', (text, id) => {
    expect(parseRunId(text)).toBe(id);
  });

  it.each<[text: string, id: string | undefined, reason: string]>([
    [NODE, NODE, 'an id as PAI writes it'],
    [' NODE-K1L2M3 ', 'node-k1l2m3', 'capitals and spaces'],
    ['node-k1l2m', undefined, 'one too short'],
    [RUN, undefined, 'a run'],
  ])('reads %j as the node id %j: %s', (text, id) => {
    expect(parseNodeId(text)).toBe(id);
  });
});

describe('findTargets finds an id', () => {
  it.each([
    [RUN, 'alone'],
    [RUN.toUpperCase(), 'in capitals'],
    ['Flow-Abc123def456', 'with the capital a phone begins sentences with'],
    [`*${RUN}*`, 'in bold'],
    [`_${RUN}_`, 'in italics'],
    [`~${RUN}~`, 'struck through'],
    [`*_${RUN}_*`, 'in bold italics'],
    [`\`${RUN}\``, 'as code'],
    [`\`\`\`${RUN}\`\`\``, 'in a code block'],
    [`"${RUN}"`, 'in quotes'],
    [`'${RUN}'`, 'in single quotes'],
    [`(${RUN})`, 'in brackets'],
    [`[${RUN}]`, 'in square brackets'],
    [`${RUN}.`, 'before a full stop'],
    [`${RUN},`, 'before a comma'],
    [`${RUN}?`, 'before a question mark'],
    [`${RUN}-`, 'before a dash that goes nowhere'],
    [`-${RUN}`, 'behind the dash of a list'],
    [`${RUN}.log`, 'as a file name'],
    [`logs/2024/${RUN}/out.txt`, 'in a path, whose digits are no PAI workspace'],
    [`-${RUN} ${RUN}`, 'twice, once'],
    ['ｆｌｏｗ－ａｂｃ１２３ｄｅｆ４５６', 'in full-width letters and digits'],
    ['ＦＬＯＷ－ａｂｃ１２３def456', 'in mixed widths'],
    ['flow\u2011abc123def456', 'with a non-breaking hyphen'],
    ['flow\u2013abc123def456', 'with an en dash'],
    ['flow\u2014abc123def456', 'with an em dash'],
    ['flow\u2212abc123def456', 'with a minus sign'],
    ['flow-abc\u200b123\u2060def\ufeff456', 'with zero-width marks inside'],
    ['flow-abc123\u00addef456', 'with a soft hyphen inside'],
    [`\u00a0${RUN}\u3000`, 'between a no-break and a full-width space'],
    [`“${RUN}”`, 'in curly quotes'],
    [`‘${RUN}’`, 'in single curly quotes'],
    [`「${RUN}」`, 'in corner brackets'],
    [`（${RUN}）；`, 'in full-width brackets'],
    [`＊${RUN}＊`, 'between full-width stars'],
    [`＃${RUN}`, 'behind a full-width number sign'],
    [`⚠️${RUN}`, 'behind an emoji with a variation mark'],
    [`&lt;${RUN}&gt;`, 'between escaped angle brackets'],
    [`<${RUN}>`, 'between angle brackets, as help texts write placeholders'],
    [`%20${RUN}%22`, 'between percent escapes'],
    [`flow%2Dabc123def456`, 'with an escaped hyphen'],
  ])('in %j: %s', (text) => {
    expect(findTargets(text)).toEqual({
      targets: [{ kind: 'run', runId: RUN }],
      names: expect.any(Array),
      problems: [],
    });
  });

  it.each([
    [`任务${RUN}失败了`, [RUN], ['任务', '失败了'], 'glued to Chinese on both sides'],
    [`${RUN}，${OTHER}、flow-third1`, [RUN, OTHER, 'flow-third1'], [], 'Chinese commas between'],
    [`状态：${RUN}；重试`, [RUN], ['状态', '重试'], 'a full-width colon before, a semicolon after'],
    [`${RUN}が失敗`, [RUN], ['が失敗'], 'glued to Japanese'],
    [`${RUN}——失败`, [RUN], ['失败'], 'a Chinese dash after'],
    [`${RUN}—failed`, [RUN], ['failed'], 'an em dash without spaces after'],
    [`看${LINK}，谢谢`, [PLACED], ['看', '谢谢'], 'a link glued to Chinese'],
    [`${RUN}。${OTHER}`, [RUN, OTHER], [], 'a Chinese full stop between'],
  ])('in %j beside text without spaces: %j and the words %j, %s', (text, targets, names) => {
    expect(read(text)).toEqual({ targets, names, problems: [] });
  });
});

describe('findTargets invents no id', () => {
  it.each([
    ['workflow-abc123def', 'the end of a longer word'],
    ['my-flow-abc123', 'the end of a longer name'],
    ['my_flow-abc123', 'the end of a name with an underscore'],
    ['7flow-abc123', 'glued to a digit'],
    ['éflow-abc123', 'glued to an accented letter'],
    ['яflow-abc123', 'glued to a Cyrillic letter'],
    ['flow-abc123é', 'before an accented letter'],
    ['flow-abc123e\u0301', 'before a combining accent'],
    ['flow-abc123-def456', 'a name that begins so'],
    ['flow-abc123_backup', 'a name that begins so, with an underscore'],
    ['flow-abc123--def456', 'a name with two dashes'],
    ['flow-feature-join', 'words that begin so'],
    ['flow-abc123…', 'cut by Slack'],
    ['flow-abc123...', 'cut with three dots'],
    ['flow-abc123_…', 'cut inside of formatting'],
    ['flow-abc12', 'too short'],
    [`flow-${'a'.repeat(41)}`, 'too long'],
    ['flow--abc123', 'two dashes'],
    ['flow abc123', 'no dash'],
    ['the flow—please look', 'an em dash in prose'],
    ['flow-abc123Token=secret', 'cut by a secret'],
    ['node-abc123-def456', 'a name that begins like a node'],
    ['<@U0flow-abc123>', 'a user'],
    ['<@U012AB|flow-abc123>', 'a user with a name'],
    ['<#C012AB|flow-abc123>', 'a channel'],
    ['<!date^1392734382^{date} flow-abc123^https://x.io/flow-abc123|flow-abc123>', 'a date'],
    ['<!subteam^S1|flow-abc123>', 'a user group'],
    ['<https://example.com/flow-abc…|flow-abc123…>', 'a link cut in both places'],
    ['\ufffcflow-abc12', 'the mark we use for what was taken out'],
  ])('from %j: %s', (text) => {
    const { targets, problems } = read(text);

    expect({ targets, problems }).toEqual({ targets: [], problems: [] });
  });
});

describe('findTargets ties nodes to runs', () => {
  it.each([
    [`${RUN}/${NODE}`, [`${RUN}/${NODE}`], [], 'a path is the node only'],
    [`${RUN} / ${NODE}`, [`${RUN}/${NODE}`], [], 'spaces around the slash'],
    [`${RUN}／${NODE}`, [`${RUN}/${NODE}`], [], 'a full-width slash'],
    [`\`${RUN}\`/\`${NODE}\``, [`${RUN}/${NODE}`], [], 'formatting around both'],
    [`${RUN}%2F${NODE}`, [`${RUN}/${NODE}`], [], 'an escaped slash'],
    [`${LINK}/${NODE}`, [`${PLACED}/${NODE}`], [], 'a console path'],
    [`${LINK}?nodeId=${NODE}`, [`${PLACED}/${NODE}`], [], 'a parameter of a link'],
    [`${RUN} ${NODE}`, [RUN, `${RUN}/${NODE}`], [], 'a node after its run'],
    [`${RUN} ${OTHER} ${NODE}`, [RUN, OTHER, `${OTHER}/${NODE}`], [], 'the run named last'],
    [`${RUN}/${NODE} node-second1`, [`${RUN}/${NODE}`, `${RUN}/node-second1`], [], 'a second node of a path'],
    [`${LINK} ${NODE}`, [PLACED, `${PLACED}/${NODE}`], [], 'a node has the place of its run'],
    [NODE, [], [NODE], 'a node without any run'],
    [`${NODE} ${NODE}`, [], [NODE], 'the same lonely node twice'],
    [`${NODE} ${RUN}`, [RUN], [NODE], 'a node before its run'],
    [`${NODE} ${RUN}/${NODE}`, [`${RUN}/${NODE}`], [], 'a node that has its run elsewhere'],
    [`${RUN}/${NODE} ${OTHER}/${NODE}`, [`${RUN}/${NODE}`, `${OTHER}/${NODE}`], [], 'one node id, two runs'],
    [`${RUN} failed / ${NODE} too`, [RUN, `${RUN}/${NODE}`], [], 'a slash between words is no path'],
  ])('in %j: %j, without run %j, %s', (text, targets, problems) => {
    const found = read(text);

    expect({ targets: found.targets, problems: found.problems }).toEqual({ targets, problems });
  });
});

describe('findTargets reads links', () => {
  it.each([
    [LINK, PLACED, 'the address PAI gives'],
    [
      `${CONSOLE}/console?regionId=cn-hangzhou#/studio/task/detail/${RUN}`,
      `cn-hangzhou/${RUN}`,
      'no PAI workspace',
    ],
    [
      `${CONSOLE}/?projectId=&regionId=cn-beijing#/studio/task/detail/${RUN}`,
      `cn-beijing/${RUN}`,
      'empty project',
    ],
    [
      `${CONSOLE}/?regionId=cn-shanghai&workspaceId=94801&mode=noSidebar#/paiflow/pipeline-runs/${RUN}?Token=eyJ0eXAi`,
      PLACED,
      'a share link',
    ],
    [
      LINK.replace('aliyun', 'alibabacloud').replace('cn-shanghai', 'ap-southeast-1'),
      `ap-southeast-1/94801/${RUN}`,
      'the international console',
    ],
    [LINK.replaceAll('&', '&amp;'), PLACED, 'escaped by Slack'],
    [`<${LINK.replaceAll('&', '&amp;')}>`, PLACED, 'in Slack markup'],
    [`<${LINK}|${OTHER}>`, PLACED, 'a label is not searched where the address has a run'],
    [`<https://wiki.example.com/x|${RUN}>`, RUN, 'a label is searched where the address has none'],
    [encodeURIComponent(LINK), PLACED, 'percent-encoded'],
    [encodeURIComponent(encodeURIComponent(LINK)), PLACED, 'percent-encoded twice'],
    [
      `https://login.example.com/?regionId=us-east-1&to=${encodeURIComponent(LINK)}`,
      PLACED,
      'inside another address',
    ],
    [LINK.replace('https://', ''), PLACED, 'without a scheme'],
    [LINK.toUpperCase(), PLACED, 'in capitals'],
    [`（${LINK}）`, PLACED, 'in full-width brackets'],
    [
      LINK.replace(/:|#|\?|=/g, (mark) => String.fromCharCode(mark.charCodeAt(0) + 0xfee0)),
      PLACED,
      'full-width marks',
    ],
    [`https://ci.example.com/${RUN}?regionId=cn-shanghai`, RUN, 'another site says nothing about regions'],
    [
      `https://pai.console.aliyun.com.example.com/?regionId=cn-shanghai#/${RUN}`,
      RUN,
      'a host that begins alike',
    ],
    [`https://evil-pai.console.aliyun.com/?regionId=cn-shanghai#/${RUN}`, RUN, 'a host that ends alike'],
    [`evil-pai.console.aliyun.com/?regionId=cn-shanghai#/${RUN}`, RUN, 'such a host without a scheme'],
    [`${CONSOLE}/?regionId=example.com#/${RUN}`, RUN, 'a region of no known shape'],
    [`${CONSOLE}/?regionId=cn-shanghai.example.com#/${RUN}`, `cn-shanghai/${RUN}`, 'a region ends at a dot'],
    [`${CONSOLE}/?workspaceId=12ab#/${RUN}`, RUN, 'a PAI workspace is digits'],
    [`${CONSOLE}/?workspaceId=94801#/${RUN}`, `-/94801/${RUN}`, 'a PAI workspace without a region'],
    [`oss://bucket/${RUN}/model.bin`, RUN, 'a storage path'],
    [`https://${RUN}.example.com`, RUN, 'a host name'],
    [`${RUN} ${LINK}`, PLACED, 'what a later link knows'],
    [`${LINK} ${LINK.replace('cn-shanghai', 'cn-beijing')}`, PLACED, 'the first region said'],
    [`CN-Shanghai/94801/${RUN}`, PLACED, 'our short path, in capitals'],
    [`“cn-shanghai/94801/${RUN}”`, PLACED, 'our short path in quotes'],
    [`x/cn-shanghai/94801/${RUN}`, RUN, 'a longer path that contains one'],
    [`sa-east-1/94801/${RUN}`, RUN, 'a prefix of no known shape'],
  ])('%j as %s: %s', (text, target) => {
    expect(read(text)).toEqual({ targets: [target], names: [], problems: [] });
  });

  it('gives the place of a link to its own run only', () => {
    expect(read(`${LINK},${OTHER}`).targets).toEqual([PLACED, OTHER]);
    expect(read(`${LINK}，https://example.com/${OTHER}`).targets).toEqual([PLACED, OTHER]);
  });
});

describe('findTargets gives names', () => {
  it.each([
    ['daily-train', ['daily-train'], 'one word'],
    ['daily train', ['daily', 'train'], 'two words'],
    ['"daily train" weekly', ['daily train', 'weekly'], 'quotes keep spaces'],
    ['“daily train” ‘weekly run’', ['daily train', 'weekly run'], 'curly quotes'],
    ['「每日 训练」', ['每日 训练'], 'corner brackets'],
    [`"daily train`, ['daily', 'train'], 'a quote nobody closed'],
    [`"${RUN}, daily train" x`, ['daily', 'train', 'x'], 'quotes around an id hold no name'],
    ["john's run", ["john's", 'run'], 'an apostrophe is no quote'],
    ['daily,weekly; monthly，每年、每天', ['daily', 'weekly', 'monthly', '每年', '每天'], 'commas part'],
    ['- daily\n• weekly\n1. monthly\n2) 3', ['daily', 'weekly', 'monthly', '3'], 'list marks are no names'],
    ['tail：50 on:failed,end', ['tail:50', 'on:failed', 'end'], 'keys stay with their values'],
    ['name:"daily train"', ['name:daily train'], 'keys stay with quoted values'],
    ['name:train*', ['name:train*'], 'a glob keeps its star'],
    ['*daily* _weekly_ ~x~ `code`', ['daily', 'weekly', 'x', 'code'], 'formatting goes'],
    [
      'my_daily_train train(2) -name:x',
      ['my_daily_train', 'train(2)', '-name:x'],
      'characters of a name stay',
    ],
    ['daily. (weekly)! what?', ['daily', 'weekly', 'what'], 'punctuation goes'],
    ['daily—train', ['daily--train'], 'an em dash is what clients make of two dashes'],
    ['ｄａｉｌｙ　ｔｒａｉｎ', ['daily', 'train'], 'full width'],
    ['R&amp;D', ['R&D'], 'escapes'],
    ['daily daily Daily', ['daily', 'Daily'], 'each once'],
    ['flow-abc123…', ['flow-abc123…'], 'a cut id keeps the mark of the cut'],
    ['flow-abc123...', ['flow-abc123...'], 'three dots are such a mark'],
    ['daily\ufffctrain', ['daily', 'train'], 'our own mark is a space where others write it'],
    ['flow-abc123-def456', ['flow-abc123-def456'], 'a name that begins like an id'],
    [`${RUN}.log ${RUN}/x logs/${RUN}`, [], 'the rest of a path is no name'],
    [`daily ${RUN} weekly`, ['daily', 'weekly'], 'words around an id'],
    ['<@U1> <#C1|general> <!here> daily', ['daily'], 'mentions hold no names'],
    ['https://example.com/x?y=z oss://b/k www.example.com example.com/x', [], 'addresses'],
    ['<https://example.com/x> <https://example.com|example.com>', [], 'links'],
    ['<https://example.com/long/path|https://example.com/long…>', [], 'a link with its address cut'],
    ['<mailto:a@example.com|a@example.com>', [], 'a mail address'],
    ['<http://train.py|train.py>', ['train.py'], 'a name Slack took for a host'],
    ['<https://wiki.example.com|daily train>', ['daily', 'train'], 'the words of a link'],
    ['… — - * / &', [], 'marks alone'],
    ['Token=abc', [], 'a secret'],
  ])('in %j: %j, %s', (text, names) => {
    expect(findTargets(text).names).toEqual(names);
  });
});

describe('findTargets takes secrets out', () => {
  it.each([
    [`${LINK}?Token=eyJ0.SECRET_x-y`, 'as the console writes it'],
    [`${LINK}?token=SECRET`, 'in lower case'],
    [`${LINK}%3FTOKEN%3dSECRET`, 'escaped'],
    [`${LINK}%253FToken%253DSECRET`, 'escaped twice'],
    [`${LINK}?T%6Fken=SECRET`, 'with an escaped letter'],
    [`${LINK}?To\u200bken＝SECRET`, 'with a zero-width mark and a full-width sign'],
    [`<${LINK}?Token=SECRET|${LINK}?Token=SECR…>`, 'in both halves of a link'],
    [`${LINK} Token=SECRET%20SECRET%22SECRET`, 'with escapes that would end it'],
    [`${LINK} Token=SECRET&amp;SECRET&lt;SECRET`, 'with escapes of Slack inside'],
    [`${LINK} Token=SECRET,SECRET;(SECRET)'SECRET'`, 'with punctuation'],
    [`${LINK} Token=SECRET—SECRET`, 'with two dashes a phone made one'],
    [`${LINK} accessToken=SECRET`, 'behind a longer word'],
  ])('of %j: %s', (text) => {
    const found = findTargets(text);

    expect(found.targets.map(formatTarget)).toEqual([PLACED]);
    expect(JSON.stringify(found)).not.toMatch(/SEC/i);
  });

  it('goes on behind one', () => {
    expect(read(`Token=x ${RUN} “Token=y” ${OTHER} Token=z失败 daily`)).toEqual({
      targets: [RUN, OTHER],
      names: ['失败', 'daily'],
      problems: [],
    });
  });
});

describe('formatTarget', () => {
  const runId = RUN as Target['runId'];

  it('leaves out what could not be read back', () => {
    expect(formatTarget({ kind: 'run', runId, region: 'cn-shanghai/x', workspaceId: '1' })).toBe(
      `-/1/${RUN}`,
    );
    expect(formatTarget({ kind: 'run', runId, region: 'cn-shanghai', workspaceId: 'x' })).toBe(
      `cn-shanghai/${RUN}`,
    );
  });

  it('writes what findTargets reads back', () => {
    fc.assert(
      fc.property(target(), (wanted) => {
        expect(findTargets(formatTarget(wanted))).toEqual({ targets: [wanted], names: [], problems: [] });
      }),
    );
  });

  it('fits into the value of a Slack button', () => {
    fc.assert(fc.property(target(), (wanted) => formatTarget(wanted).length <= 200));
  });
});

describe('findTargets, for any text', () => {
  it('finds exactly the ids that stand there as whole words', () => {
    fc.assert(
      fc.property(fc.array(fragment(), { maxLength: 12 }), (fragments) => {
        const text = fragments.join('');
        const found = findTargets(text);

        const ids = [...found.targets.flatMap(idsOf), ...found.problems.map((problem) => problem.nodeId)];
        expect([...new Set(ids)].toSorted()).toEqual(wholeWordIds(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps the order and names each target once, whatever stands between and however it is mangled', () => {
    const runs = fc.array(fc.tuple(target(), mangling(), separator()), { maxLength: 8 });
    fc.assert(
      fc.property(runs, (parts) => {
        const text = parts.map(([one, mangle, between]) => mangle(formatTarget(one)) + between).join('');

        const wanted = new Set(parts.map(([one]) => formatTarget(bare(one))));
        expect(findTargets(text).targets.map((one) => formatTarget(bare(one)))).toEqual([...wanted]);
      }),
      { numRuns: 1000 },
    );
  });

  it('lets nothing of a share link’s Token through', () => {
    const parts = { before: around(), key: tokenKey(), token: token(), after: around() };
    fc.assert(
      fc.property(fc.record(parts), ({ before, key, token, after }) => {
        const found = findTargets(`${before} ${LINK}?${key}${token} ${after}`);

        expect(found).toEqual(findTargets(`${before} ${LINK}? ${after}`));
      }),
      { numRuns: 2000 },
    );
  });

  it('throws nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff)), (codes) => {
        const text = String.fromCharCode(...codes);

        expect(() => findTargets(text)).not.toThrow();
      }),
    );
  });

  it.each<[text: string, reason: string]>([
    ['a'.repeat(1_000_000), 'one word'],
    [`"${'flow-abc123 '.repeat(90_000)}"`, 'one quote around many ids'],
    [`https://${'a'.repeat(1_000_000)}`, 'one address'],
    ['<'.repeat(1_000_000), 'brackets nobody closes'],
  ])('has the stack for long text (%#)', (text) => {
    expect(() => findTargets(text)).not.toThrow();
  });
});

function target(): fc.Arbitrary<Target> {
  const region = fc.constantFrom(
    'cn-hangzhou',
    'cn-shanghai-finance-1',
    'ap-southeast-1',
    'us-west-1',
    'me-east-1',
  );
  return fc
    .record(
      { runId: id('flow'), nodeId: id('node'), region, workspaceId: fc.stringMatching(/^[0-9]{1,20}$/) },
      { requiredKeys: ['runId'] },
    )
    .map(({ nodeId, ...run }) =>
      nodeId === undefined ? { kind: 'run', ...run } : { kind: 'node', nodeId, ...run },
    ) as fc.Arbitrary<Target>;
}

/** With a digit, as an id has that PAI drew: only then an em dash stands for its hyphen. */
function id(kind: 'flow' | 'node'): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-z0-9]{3,20}[0-9][a-z0-9]{2,19}$/).map((tail) => `${kind}-${tail}`);
}

/** The same target without its place, which is a fact about the run and so may come from another mention. */
function bare(one: Target): Target {
  const { region: _region, workspaceId: _workspaceId, ...rest } = one;
  return rest;
}

function idsOf(one: Target): string[] {
  return one.kind === 'node' ? [one.runId, one.nodeId] : [one.runId];
}

/** ASCII pieces of ids, near-ids and what stands around them. No `:`, `<` or `%`: links have tables of their own. */
function fragment(): fc.Arbitrary<string> {
  const words = [
    'flow',
    'node',
    'flow-',
    'node-',
    'flow-abc123',
    'FLOW-ABC123',
    'flow-zzzzzz',
    'node-xyz789',
  ];
  const marks = [
    '-',
    '_',
    '--',
    '…',
    '...',
    '.',
    ' ',
    '/',
    '*',
    '`',
    '"',
    ',',
    '(',
    '\n',
    '失败',
    '，',
    '7',
    'é',
  ];
  return fc.constantFrom(...words, ...marks, 'work', 'a'.repeat(40));
}

/** The rule said another way: cut the text at everything no name has, drop `-` and `_` around, compare whole. */
function wholeWordIds(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9é_-]+(?:…|\.{3})?/g) ?? [];
  const ids = words.map((word) => word.replace(/^[_-]+|[_-]+$/g, ''));
  return [...new Set(ids.filter((word) => /^(?:flow|node)-[a-z0-9]{6,40}$/.test(word)))].toSorted();
}

function separator(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ' ',
    '\n',
    ', ',
    '，',
    '、',
    '；',
    '失败了',
    ' 和 ',
    '\u3000',
    '\u00a0',
    ' | ',
    ' — ',
    '。',
    '\n• ',
  );
}

function mangling(): fc.Arbitrary<(text: string) => string> {
  return fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => `*${text}*`,
    (text) => `_${text}_`,
    (text) => `\`${text}\``,
    (text) => `“${text}”`,
    (text) => `「${text}」`,
    (text) => `（${text}）`,
    (text) => text.replaceAll('-', '\u2011'),
    (text) => text.replace(/(flow|node)-/g, '$1—'),
    (text) => text.replace(/[!-~]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) + 0xfee0)),
    (text) => text.split('').join('\u200b'),
    (text) => encodeURIComponent(text),
    (text) => `<https://example.com/?of=${text}>`,
    (text) => `<https://example.com/|${text}>`,
  );
}

function tokenKey(): fc.Arbitrary<string> {
  return fc.constantFrom(
    'Token=',
    'token=',
    'TOKEN=',
    'Token%3D',
    'token%253d',
    'Ｔｏｋｅｎ＝',
    'To\u200bken=',
    'x&Token=',
  );
}

/** Characters RFC 3986 lets stand in a query or fragment, with ids and whole addresses among them. */
function token(): fc.Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(..."abcXYZ019-._~!$&'()*+,;=:@/?#[]") },
    fc.constantFrom(
      '%20',
      '%22',
      '%3C',
      '%7C',
      '%0A',
      '&amp;',
      '&lt;',
      '://',
      'flow-evil123',
      '/node-evil123',
      '#/',
      '—',
      '\u200b',
    ),
    fc.constantFrom(`&regionId=us-east-1#/studio/task/detail/flow-evil123`, 'Token=', 'eyJ0eXAiOiJKV1QifQ.'),
  );
  return fc.array(unit, { maxLength: 20 }).map((units) => units.join(''));
}

function around(): fc.Arbitrary<string> {
  return fc.constantFrom(
    '',
    RUN,
    OTHER,
    NODE,
    'daily train',
    '任务',
    '<@U1>',
    '"quoted name"',
    LINK,
    '<https://example.com|x>',
  );
}
