import { describe, expect, it } from 'vitest';
import { renderEvent } from '../../src/messages/event-reply.ts';
import { asPlainText, withMayRepeat } from '../../src/messages/plain.ts';
import { whatSlackRefuses, whatTextLacks } from '../helpers/block-kit.ts';
import { buttonsOf } from './buttons-of.ts';
import { eventFacts, telling } from './samples.ts';

const message = renderEvent(eventFacts('failed'), telling('en'));
const plain = (text: string) => asPlainText({ text, blocks: [] }).text;

describe('a message as text alone', () => {
  it('says the same without blocks', () => {
    expect(asPlainText(message)).toEqual({ text: message.text, blocks: [] });
  });

  it('is at most 3,000 characters long', () => {
    expect(plain('x'.repeat(3000))).toHaveLength(3000);
    expect(plain('x'.repeat(3001)).length).toBeLessThanOrEqual(3000);
  });

  it.each([
    ['a date token', `${'x'.repeat(2990)}<!date^1795402020^{date_short_pretty} {time}|then>`, /x…$/],
    ['an escaped character', `${'x'.repeat(2993)}&amp;${'y'.repeat(20)}`, /x…$/],
    ['a surrogate pair', `${'x'.repeat(2994)}🙂${'y'.repeat(20)}`, /x…$/],
    ['an open fence', `\`\`\`\n${'x'.repeat(4000)}`, /x…\n```$/],
  ])('is not torn inside %s', (_what, text, end) => {
    expect(plain(text)).toMatch(end);
    expect(plain(text).length).toBeLessThanOrEqual(3000);
  });
});

describe('a message that may stand there twice', () => {
  it.each([
    ['en', 'may repeat the message above'],
    ['zh', '可能与上面的消息重复'],
  ] as const)('in %s says so last, and keeps its buttons', (locale, words) => {
    const repeated = withMayRepeat(message, locale);

    expect(repeated.text).toBe(`${message.text}\n${words}`);
    expect(buttonsOf(repeated)).toEqual(buttonsOf(message));
    expect(whatSlackRefuses(repeated)).toEqual([]);
    expect(whatTextLacks(repeated)).toEqual([]);
  });

  it('stays without blocks where it had none', () => {
    expect(withMayRepeat(asPlainText(message), 'en').blocks).toEqual([]);
  });
});
