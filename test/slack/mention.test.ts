import { describe, expect, it } from 'vitest';
import { textOfDm, textOfMention } from '../../src/slack/mention.ts';

describe('what a mention asks', () => {
  it.each([
    ['<@U0BOT> why ctr', 'why ctr'],
    ['<@U0BOT|flowbell> why ctr', 'why ctr'],
    ['<@U0BOT>: why ctr', 'why ctr'],
    ['<@U0BOT>，为什么 ctr', '为什么 ctr'],
    ['hey <@U0BOT> why ctr', 'why ctr'],
    ['why ctr <@U0BOT>', 'why ctr'],
    ['why ctr, <@U0BOT>?', 'why ctr,'],
    ['<@U0BOT> ?', '?'],
    ['<@U0BOT>', ''],
    ['<@U0BOT> why <@U0BOT> ctr', 'why   ctr'],
    ['<@U0BOT> tell <@U0OTHER> why', 'tell <@U0OTHER> why'],
    ['<@U0BOT>\nstatus\nflow-aaaaaaaaaa', 'status\nflow-aaaaaaaaaa'],
  ])('%j is %j', (text, asked) => {
    expect(textOfMention(text, 'U0BOT')).toBe(asked);
  });
});

describe('what a direct message asks', () => {
  it.each([
    ['why ctr', 'why ctr'],
    ['帮助', '帮助'],
    ['<@U0BOT> why ctr', 'why ctr'],
    ['why ctr <@U0BOT>', 'why ctr'],
    ['  ', ''],
  ])('%j is %j', (text, asked) => {
    expect(textOfDm(text, 'U0BOT')).toBe(asked);
  });

  it('is left alone where nobody knows who the bot is', () => {
    expect(textOfDm('why <@U0BOT>', '')).toBe('why <@U0BOT>');
  });
});
