import { describe, expect, it } from 'vitest';
import { renderMessage } from '../../sandbox/render.ts';
import { renderDate } from '../../sandbox/slack-text.ts';

const NAMES = {
  user: (id: string) => (id === 'U0OWNER' ? 'owner' : id),
  channel: (id: string) => (id === 'C0ML' ? 'ml' : id),
};
const NOW = new Date(2026, 10, 24, 12, 0, 0);

const ENGLISH = { now: NOW, locale: 'en-US' };

function render(blocks: Record<string, unknown>[], text = ''): string {
  return renderMessage({ text, blocks, attachments: [] }, NAMES, NOW);
}

describe('renderMessage', () => {
  it('shows mrkdwn as words: links by their label, people, channels, emoji, escapes', () => {
    const text =
      ':x: <https://pai.example/?a=1&amp;b=2|ctr> for <@U0OWNER> in <#C0ML> &lt;b&gt; <!here> :unknown_one:';

    expect(render([], text)).toBe('❌ ctr for @owner in #ml <b> @here :unknown_one:');
  });

  it('shows date tokens in local time', () => {
    const seconds = new Date(2026, 10, 24, 2, 5, 9).getTime() / 1000;
    const yesterday = seconds - 86_400;

    expect(render([], `<!date^${seconds}^{time}|x>`)).toBe('02:05');
    expect(renderDate(yesterday, '{date_short_pretty} {time}', ENGLISH)).toBe('yesterday 02:05');
    expect(renderDate(NOW.getTime() / 1000 - 300, '{ago}', ENGLISH)).toBe('5 min ago');
  });

  it.each([
    [0, '今天 12:00'],
    [86_400, '昨天 12:00'],
    [-86_400, '明天 12:00'],
    [3 * 86_400, '2026年11月21日 12:00'],
  ])('shows a date of %d s ago to a Chinese reader as %s', (ago, shown) => {
    const token = `<!date^${NOW.getTime() / 1000 - ago}^{date_short_pretty} {time}|x>`;

    expect(renderMessage({ text: token, blocks: [], attachments: [] }, NAMES, NOW, 'zh-TW')).toBe(shown);
  });

  it.each([
    [3, '3 秒前'],
    [300, '5 分钟前'],
    [7200, '2 小时前'],
    [2 * 86_400, '2 天前'],
  ])('shows an age of %d s to a Chinese reader as %s', (seconds, shown) => {
    const reading = { now: NOW, locale: 'zh-CN' };

    expect(renderDate(NOW.getTime() / 1000 - seconds, '{ago}', reading)).toBe(shown);
  });

  it('shows a file by its title, its size and its first lines', () => {
    const file = { id: 'F1', name: 'a.log', title: 'The log', size: 1204, text: '1\n2\n3\n4\n5\n6' };

    const shown = renderMessage({ text: 'whole', blocks: [], attachments: [], files: [file] }, NAMES, NOW);

    expect(shown.split('\n')).toEqual([
      'whole',
      '📄 The log (1204 bytes)',
      ...['1', '2', '3', '4', '5', '… 6 lines'].map((line) => `  │ ${line}`),
    ]);
  });

  it('shows the blocks of a message line by line, with buttons in brackets', () => {
    const button = (text: string) => ({ type: 'button', text: { type: 'plain_text', text } });
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'Runs' } },
      { type: 'section', text: { type: 'mrkdwn', text: '`ctr`' }, accessory: button('Choose') },
      { type: 'divider' },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'emoji', name: 'arrow_forward' },
              { type: 'text', text: ' ' },
              { type: 'link', url: 'https://x.example', text: 'ctr' },
              { type: 'text', text: ' at ' },
              { type: 'text', text: 'join', style: { code: true } },
            ],
          },
          { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a\nb' }] },
        ],
      },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: 'read' },
          { type: 'mrkdwn', text: 'now' },
        ],
      },
      { type: 'actions', elements: [button('Refresh'), button('Share')] },
    ];

    expect(render(blocks).split('\n')).toEqual([
      'RUNS',
      '`ctr`  [Choose]',
      '────────',
      '▶ ctr at `join`',
      '  │ a',
      '  │ b',
      'read  now',
      '[Refresh] [Share]',
    ]);
  });
});
