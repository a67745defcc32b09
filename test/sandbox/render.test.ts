import { describe, expect, it } from 'vitest';
import { renderMessage } from '../../sandbox/render.ts';
import { renderDate } from '../../sandbox/slack-text.ts';

const NAMES = {
  user: (id: string) => (id === 'U0OWNER' ? 'owner' : id),
  channel: (id: string) => (id === 'C0ML' ? 'ml' : id),
};
const NOW = new Date(2026, 10, 24, 12, 0, 0);

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
    expect(renderDate(yesterday, '{date_short_pretty} {time}', NOW)).toBe('yesterday 02:05');
    expect(renderDate(NOW.getTime() / 1000 - 300, '{ago}', NOW)).toBe('5 min ago');
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
