import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/commands/parse.ts';

const ID = 'flow-hynm2bv8wqhp5esfxq';

describe('parseCommand', () => {
  it.each([
    ['', 'overview', 'nothing typed'],
    ['   ', 'overview', 'only blanks'],
    ['help', 'help', 'the verb'],
    ['HELP', 'help', 'case does not matter'],
    ['帮助', 'help', 'in Chinese'],
    ['help status', 'help', 'help on a verb shows all help for now'],
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

  it.each([
    [`statsu ${ID}`, `status ${ID}`, 'swapped letters'],
    [`sttus ${ID}`, `status ${ID}`, 'a missing letter'],
    [`statuss ${ID}`, `status ${ID}`, 'an extra letter'],
    [`rerun ${ID}`, `status ${ID}`, 'a verb that does not exist, with an id'],
    ['hlep', 'help', 'swapped letters'],
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
