import { describe, expect, it } from 'vitest';
import { parseCommand as parse } from '../../src/commands/parse.ts';

const ID = 'flow-hynm2bv8wqhp5esfxq';
const WORKSPACES = [{ name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' }];

function parseCommand(text: string) {
  return parse(text, { workspaces: WORKSPACES });
}

describe('parseCommand', () => {
  it.each([
    ['', 'status', 'nothing typed'],
    ['   ', 'status', 'only blanks'],
    ['overview', 'overview', 'what its own buttons say'],
    ['help', 'help', 'the verb'],
    ['HELP', 'help', 'case does not matter'],
    ['帮助', 'help', 'in Chinese'],
    ['help status', 'help', 'help on a verb'],
    ['runs failed', 'runs', 'the list of runs'],
    ['任务 失败', 'runs', 'the list of runs in Chinese'],
    ['LOGS ctr', 'logs', 'case does not matter'],
    ['日志 ctr', 'logs', 'in Chinese'],
    ['Why?', 'why', 'a question mark behind it'],
    ['为什么', 'why', 'in Chinese'],
    ['outputs ctr', 'outputs', 'the verb'],
    ['输出 ctr', 'outputs', 'in Chinese'],
    ['doctor', 'doctor', 'the verb'],
    ['/pai doctor', 'doctor', 'the slash command where none is needed'],
    ['/pai', 'status', 'the slash command alone'],
    ['诊断', 'doctor', 'in Chinese'],
    ['“logs ctr”', 'logs', 'curly quotes around a verb with options'],
    [`status ${ID}`, 'status', 'the verb'],
    [`Status ${ID}`, 'status', 'a phone capitalises'],
    [`状态 ${ID}`, 'status', 'in Chinese'],
    [`状态\u3000${ID}`, 'status', 'a full-width blank'],
    [ID, 'status', 'an id alone'],
    [
      `<https://pai.console.aliyun.com/?regionId=cn-hangzhou#/studio/task/detail/${ID}|a run>`,
      'status',
      'a link alone',
    ],
    ['node-hynm2bv8wqhp5esfx1', 'status', 'a node alone, so that its missing run is told'],
    ['status', 'status', 'no target, told by the verb'],
    [`\u200bstatus ${ID}`, 'status', 'a zero-width mark in front'],
    [`ｓｔａｔｕｓ ${ID}`, 'status', 'full-width letters'],
    [`\`status ${ID}\``, 'status', 'back-ticks around it all'],
    [`“status ${ID}”`, 'status', 'curly quotes around it all'],
    [`status, ${ID}`, 'status', 'a comma behind the verb'],
    [`what happened to ${ID}, please?`, 'status', 'a sentence around an id'],
    ['again:abcdEFGH12345678', 'again', 'a long question held for a button'],
  ])('reads %j as %s: %s', (text, verb) => {
    expect(parseCommand(text).verb).toBe(verb);
  });

  it('keeps the verb that help is wanted for, whatever its language', () => {
    expect(parseCommand('help logs')).toEqual({ verb: 'help', about: 'logs' });
    expect(parseCommand('帮助 日志')).toEqual({ verb: 'help', about: 'logs' });
    expect(parseCommand('help me')).toEqual({ verb: 'help' });
    expect(parseCommand('help lgos')).toEqual({ verb: 'unknown', typed: 'lgos', suggestion: 'help logs' });
  });

  it.each([
    [`statsu ${ID}`, `status ${ID}`, 'swapped letters'],
    [`sttus ${ID}`, `status ${ID}`, 'a missing letter'],
    [`statuss ${ID}`, `status ${ID}`, 'an extra letter'],
    [`rerun ${ID}`, `status ${ID}`, 'a verb that does not exist, with an id'],
    ['hlep', 'help', 'swapped letters'],
    ['ctr-daily-train', 'status ctr-daily-train', 'a name alone'],
    [`日至 ${ID}`, `logs ${ID}`, 'a sign that sounds the same'],
    ['为什吗 ctr', 'why ctr', 'one sign of three'],
  ])('offers the nearest verb for %j: %s', (text, suggestion) => {
    expect(parseCommand(text)).toEqual({ verb: 'unknown', typed: text.split(' ')[0], suggestion });
  });

  it.each([
    'statsu https://pai.console.aliyun.com/?regionId=cn-hangzhou#/x/flow-hynm2bv8wqhp5esfxq?Token=eyJSECRET',
    'Token=eyJSECRET',
    'https://pai.console.aliyun.com/#/x?Token=eyJSECRET',
    'explain%20https%3A%2F%2Fx%3FToken%3DeyJSECRET',
    'ｔｏｋｅｎ＝eyJSECRET now',
  ])('gives nothing of the secret in %j back', (text) => {
    expect(JSON.stringify(parseCommand(text))).not.toContain('SECRET');
  });

  it.each([['deploy it now'], ['x'], ['🙂'], ['a'.repeat(5000)], ['again:!']])(
    'offers nothing for %j',
    (text) => {
      expect(parseCommand(text)).not.toHaveProperty('suggestion');
      expect(parseCommand(text).verb).toBe('unknown');
    },
  );
});

describe('every way in which typed text is mangled', () => {
  const plain = {
    runs: 'runs -status:failed name:"daily train" user:4905 since:24h limit:5',
    logs: 'logs ctr feature_join tail:20 grep:"Table not found"',
    outputs: 'outputs ctr type:Metrics',
    why: `why ${ID}/node-hynm2bv8wqhp5esfx1`,
  };

  it.each([
    ['curly quotes', 'runs -status:failed name:“daily train” user:4905 since:24h limit:5', plain.runs],
    ['corner brackets', 'runs -status:failed name:「daily train」 user:4905 since:24h limit:5', plain.runs],
    [
      'a long dash for a minus',
      'runs —status:failed name:"daily train" user:4905 since:24h limit:5',
      plain.runs,
    ],
    [
      'a short dash for a minus',
      'runs –status:failed name:"daily train" user:4905 since:24h limit:5',
      plain.runs,
    ],
    [
      'no-break spaces',
      'runs\u00a0-status:failed\u00a0name:"daily\u00a0train"\u00a0user:4905 since:24h limit:5',
      plain.runs,
    ],
    [
      'full-width spaces',
      'runs\u3000-status:failed\u3000name:"daily train"\u3000user:4905 since:24h limit:5',
      plain.runs,
    ],
    [
      'full-width colons',
      'runs -status：failed name："daily train" user：4905 since：24h limit：5',
      plain.runs,
    ],
    [
      'full-width digits',
      'runs -status:failed name:"daily train" user:４９０５ since:２４h limit:５',
      plain.runs,
    ],
    ['full-width minus', 'runs －status:failed name:"daily train" user:4905 since:24h limit:5', plain.runs],
    [
      'zero-width marks',
      'ru\u200bns -sta\u200dtus:failed name:"daily train" us\ufeffer:4905 since:24h limit:5',
      plain.runs,
    ],
    [
      'a space after the colon',
      'runs -status: failed name: "daily train" user: 4905 since: 24h limit: 5',
      plain.runs,
    ],
    ['upper case', 'RUNS -STATUS:Failed NAME:"daily train" User:4905 Since:24H LIMIT:5', plain.runs],
    ['back-ticks', '`runs -status:failed name:"daily train" user:4905 since:24h limit:5`', plain.runs],
    ['a full-width comma', 'runs status:failed，terminated', 'runs status:failed,terminated'],
    ['an enumeration comma', 'runs status:failed、terminated', 'runs status:failed,terminated'],
    ['a full-width star', 'runs name:ctr＊', 'runs name:ctr*'],
    [
      'escaped characters',
      'logs ctr feature_join tail:20 grep:"a &amp;&lt;b&gt;"',
      'logs ctr feature_join tail:20 grep:"a &<b>"',
    ],
    ['curly quotes', 'logs ctr feature_join tail:20 grep:“Table not found”', plain.logs],
    ['a space after the colon', 'logs ctr feature_join tail: 20 grep: "Table not found"', plain.logs],
    ['full-width letters', 'ｌｏｇｓ ctr feature_join ｔａｉｌ：２０ grep:"Table not found"', plain.logs],
    ['a full stop behind', 'outputs ctr type:metrics', plain.outputs],
    ['full-width colon', '输出 ctr type：Metrics', plain.outputs],
    [
      'an auto-link',
      `why <http://x.example/${ID}/node-hynm2bv8wqhp5esfx1|x.example/${ID}/node-hynm2bv8wqhp5esfx1>`,
      plain.why,
    ],
    ['full-width brackets', `why （${ID}/node-hynm2bv8wqhp5esfx1）`, plain.why],
    ['a semicolon behind', `为什么 ${ID}/node-hynm2bv8wqhp5esfx1；`, plain.why],
  ])('reads %s as if it had not happened: %s', (_mangling, mangled, meant) => {
    expect(parseCommand(mangled)).toEqual(parseCommand(meant));
    expect(parseCommand(mangled).verb).not.toBe('mistaken');
  });
});

describe('what was typed wrong', () => {
  it.each([
    [
      'runs stauts:failed',
      { kind: 'filter-problem', problem: { kind: 'unknown-key', typed: 'stauts', nearest: 'status' } },
    ],
    [
      'runs status:faild',
      { kind: 'filter-problem', problem: { kind: 'unknown-value', typed: 'faild', nearest: 'failed' } },
    ],
    [
      'runs -status failed',
      { kind: 'filter-problem', problem: { kind: 'pair-without-colon', key: 'status', value: 'failed' } },
    ],
    [
      'runs workspace:stage',
      { kind: 'filter-problem', problem: { kind: 'unknown-value', key: 'workspace', typed: 'stage' } },
    ],
    ['runs since:yesterdayish', { kind: 'filter-problem', problem: { kind: 'unknown-value', key: 'since' } }],
    ['runs limit:0', { kind: 'bad-option', example: 'limit:20' }],
    ['runs name:"daily train', { kind: 'open-quote' }],
    ['logs ctr tail:many', { kind: 'bad-option', example: 'tail:50' }],
    ['logs ctr tial:50', { kind: 'unknown-option', typed: 'tial:50' }],
    ['outputs ctr type:Modle', { kind: 'bad-option', example: 'type:Metrics' }],
  ])('is told apart: %s', (text, mistake) => {
    expect(parseCommand(text)).toMatchObject({ verb: 'mistaken', mistake });
  });
});

describe('the channel that a button of another one names', () => {
  it.each([
    [`unwatch ${ID} in:C0QUIET`, { channelId: 'C0QUIET', isAll: false }],
    [`取消关注 ${ID} in:D0U0MEMBER`, { channelId: 'D0U0MEMBER', isAll: false }],
    ['unwatch all', { isAll: true }],
  ])('is read: %s', (text, read) => {
    expect(parseCommand(text)).toMatchObject({ verb: 'unwatch', ...read });
  });

  it.each(['in:somewhere', 'in:c0quiet', 'in: C0QUIET'])('is none: %s', (typed) => {
    expect(parseCommand(`unwatch ${ID} ${typed}`)).not.toHaveProperty('channelId');
  });
});
