import { describe, expect, it } from 'vitest';
import { anyText, oneOf, readOptions as read, wholeNumber } from '../../src/commands/options.ts';
import { tokenize } from '../../src/domain/filter/tokens.ts';

const RULES = {
  tail: wholeNumber(1, 500, 'tail:50'),
  grep: anyText('grep:"text"'),
  as: oneOf(['file'], 'as:file'),
};

function readOptions(text: string, rules: typeof RULES) {
  return read(tokenize(text), rules);
}

describe('options around a run', () => {
  it('are taken out wherever they stand', () => {
    expect(readOptions('ctr tail:20 feature_join grep:"not found"', RULES)).toEqual({
      kind: 'options',
      options: { tail: 20, grep: 'not found' },
      rest: 'ctr feature_join',
    });
  });

  it('leave names, ids and links as they were typed', () => {
    const link =
      'https://pai.console.aliyun.com/?regionId=cn-hangzhou#/studio/task/detail/flow-hynm2bv8wqhp5esfxq';

    expect(readOptions(`"daily train" ${link} as:file`, RULES)).toMatchObject({
      rest: `"daily train" ${link}`,
    });
  });

  it.each([
    { typed: 'tail:0', example: 'tail:50' },
    { typed: 'tail:501', example: 'tail:50' },
    { typed: 'tail:many', example: 'tail:50' },
    { typed: 'as:pdf', example: 'as:file' },
    { typed: '-tail:20', example: 'tail:50' },
  ])('are refused with a right one: $typed', ({ typed, example }) => {
    expect(readOptions(`ctr ${typed}`, RULES)).toEqual({
      kind: 'mistake',
      mistake: { kind: 'bad-option', typed, example },
    });
  });

  it('are refused by name where nobody knows them', () => {
    expect(readOptions('ctr tial:20', RULES)).toEqual({
      kind: 'mistake',
      mistake: { kind: 'unknown-option', typed: 'tial:20', known: ['tail', 'grep', 'as'] },
    });
  });

  it('are refused where a quote is open', () => {
    expect(readOptions('ctr grep:"not found', RULES)).toMatchObject({
      kind: 'mistake',
      mistake: { kind: 'open-quote' },
    });
  });

  it.each(['ctr  tail: 20', 'ctr tail：20', 'ctr ｔａｉｌ：２０', 'ctr\u00a0tail:20\u200b', 'ctr Tail:20'])(
    'survive what phones and input methods do to them: %j',
    (text) => {
      expect(readOptions(text, RULES)).toMatchObject({ kind: 'options', options: { tail: 20 }, rest: 'ctr' });
    },
  );
});
