import { describe, expect, it } from 'vitest';
import { findBlockProblems, isTooLongInAll } from '../../sandbox/block-kit/blocks.ts';
import { findViewProblems } from '../../sandbox/block-kit/views.ts';
import limits from '../fixtures/block-kit-limits.json' with { type: 'json' };

type Block = Record<string, unknown>;

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const chars = (count: number) => 'x'.repeat(count);
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const button = (change: Block = {}): Block => ({ type: 'button', text: plain('Go'), ...change });
const actions = (...elements: Block[]): Block => ({ type: 'actions', elements });
const option = (change: Block = {}): Block => ({ text: plain('one'), value: '1', ...change });
const select = (change: Block): Block =>
  actions({ type: 'static_select', placeholder: plain('Pick'), ...change });
const confirm = (change: Block): Block =>
  actions(
    button({
      confirm: { title: plain('t'), text: plain('t'), confirm: plain('y'), deny: plain('n'), ...change },
    }),
  );
const input = (change: Block): Block => ({
  type: 'input',
  label: plain('l'),
  element: { type: 'plain_text_input', action_id: 'a' },
  ...change,
});

/** A block with one length of `size`, beside the limit that a list by others gives for it. */
const SIZED: readonly [string, number, (size: number) => Block][] = [
  [
    'section text',
    limits.section.text.max_length,
    (size) => ({ type: 'section', text: mrkdwn(chars(size)) }),
  ],
  [
    'section fields',
    limits.section.fields.max_items,
    (size) => ({ type: 'section', fields: many(size, () => mrkdwn('f')) }),
  ],
  [
    'section field',
    limits.section.fields.item_max_length,
    (size) => ({ type: 'section', fields: [mrkdwn(chars(size))] }),
  ],
  ['header', limits.header.text.max_length, (size) => ({ type: 'header', text: plain(chars(size)) })],
  [
    'context elements',
    limits.context.elements.max_items,
    (size) => ({ type: 'context', elements: many(size, () => mrkdwn('e')) }),
  ],
  ['actions elements', limits.actions.elements.max_items, (size) => actions(...many(size, () => button()))],
  ['block_id', limits.block_id.max_length, (size) => ({ type: 'divider', block_id: chars(size) })],
  ['action_id', limits.action_id.max_length, (size) => actions(button({ action_id: chars(size) }))],
  ['button text', limits.button.text.max_length, (size) => actions(button({ text: plain(chars(size)) }))],
  ['button value', limits.button.value.max_length, (size) => actions(button({ value: chars(size) }))],
  [
    'button url',
    limits.button.url.max_length,
    (size) => actions(button({ url: `https://x.example/${chars(size - 18)}` })),
  ],
  [
    'button accessibility_label',
    limits.button.accessibility_label.max_length,
    (size) => actions(button({ accessibility_label: chars(size) })),
  ],
  ['confirm title', limits.confirmation.title.max_length, (size) => confirm({ title: plain(chars(size)) })],
  ['confirm text', limits.confirmation.text.max_length, (size) => confirm({ text: plain(chars(size)) })],
  [
    'confirm button',
    limits.confirmation.confirm.max_length,
    (size) => confirm({ confirm: plain(chars(size)) }),
  ],
  ['deny button', limits.confirmation.deny.max_length, (size) => confirm({ deny: plain(chars(size)) })],
  [
    'option text',
    limits.option.text.max_length,
    (size) => select({ options: [option({ text: plain(chars(size)) })] }),
  ],
  [
    'option value',
    limits.option.value.max_length,
    (size) => select({ options: [option({ value: chars(size) })] }),
  ],
  [
    'option description',
    limits.option.description.max_length,
    (size) => select({ options: [option({ description: plain(chars(size)) })] }),
  ],
  [
    'select options',
    limits.select.options.max_items,
    (size) => select({ options: many(size, () => option()) }),
  ],
  [
    'select placeholder',
    limits.select.placeholder.max_length,
    (size) => select({ options: [option()], placeholder: plain(chars(size)) }),
  ],
  [
    'option group label',
    limits.option_group.label.max_length,
    (size) => select({ option_groups: [{ label: plain(chars(size)), options: [option()] }] }),
  ],
  [
    'option groups',
    limits.select.option_groups.max_items,
    (size) => select({ option_groups: many(size, () => ({ label: plain('g'), options: [option()] })) }),
  ],
  [
    'overflow options',
    limits.overflow.options.max_items,
    (size) => actions({ type: 'overflow', options: many(size, () => option()) }),
  ],
  [
    'checkboxes',
    limits.checkboxes.options.max_items,
    (size) => actions({ type: 'checkboxes', options: many(size, () => option()) }),
  ],
  [
    'radio buttons',
    limits.radio_buttons.options.max_items,
    (size) => actions({ type: 'radio_buttons', options: many(size, () => option()) }),
  ],
  [
    'image alt_text',
    limits.image.alt_text.max_length,
    (size) => ({ type: 'image', image_url: 'https://x.example/i', alt_text: chars(size) }),
  ],
  [
    'image_url',
    limits.image.image_url.max_length,
    (size) => ({ type: 'image', image_url: chars(size), alt_text: 'a' }),
  ],
  ['input label', limits.input.label.max_length, (size) => input({ label: plain(chars(size)) })],
  ['input hint', limits.input.hint.max_length, (size) => input({ hint: plain(chars(size)) })],
  ['markdown', limits.markdown.text.max_length, (size) => ({ type: 'markdown', text: chars(size) })],
];

describe('the Block Kit limits of the sandbox', () => {
  it.each(SIZED)('hold for %s at the published limit of %i', (_what, limit, make) => {
    expect(findBlockProblems([make(limit)], 'message')).toEqual([]);
    expect(findBlockProblems([make(limit + 1)], 'message')).not.toEqual([]);
  });

  it.each([
    ['an empty text', { type: 'section', text: mrkdwn('') }, '/blocks/0/text/text'],
    ['a section with nothing in it', { type: 'section' }, 'must define text or fields'],
    ['mrkdwn on a button', actions(button({ text: mrkdwn('Go') })), 'must be plain_text'],
    ['a style that does not exist', actions(button({ style: 'green' })), 'primary or danger'],
    ['an unknown block', { type: 'teaser' }, 'unsupported type: teaser'],
    ['an unknown property', { type: 'divider', colour: 'red' }, 'invalid additional property: colour'],
    ['no elements', { type: 'actions', elements: [] }, 'no less than 1 items'],
    [
      'a text input outside of an input block',
      actions({ type: 'plain_text_input' }),
      'unsupported element type',
    ],
    [
      'two elements with one action_id',
      actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
      'already exists',
    ],
    ['a button address that is none', actions(button({ url: 'not an address' })), 'invalid url'],
    ['an image nobody described', { type: 'image', image_url: 'https://x.example/i' }, 'alt_text'],
    ['an empty rich text leaf', rich({ type: 'text', text: '' }), '/blocks/0/elements/0/elements/0/text'],
    ['a date without whole seconds', rich({ type: 'date', timestamp: 1.5, format: '{ago}' }), 'timestamp'],
    ['an unknown rich text leaf', rich({ type: 'sparkle' }), 'unsupported rich text type'],
  ])('refuse %s and name it', (_what, block, named) => {
    expect(findBlockProblems([block], 'message').join()).toContain(named);
  });

  function rich(leaf: Block): Block {
    return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [leaf] }] };
  }

  it('allow 50 blocks in a message and 100 in a view', () => {
    const dividers = (count: number) => many(count, () => ({ type: 'divider' }));

    expect(findBlockProblems(dividers(50), 'message')).toEqual([]);
    expect(findBlockProblems(dividers(51), 'message')).not.toEqual([]);
    expect(findBlockProblems(dividers(limits.view.blocks.max_items), 'view')).toEqual([]);
    expect(findBlockProblems(dividers(101), 'view')).not.toEqual([]);
  });

  it('want each block_id once', () => {
    const twice = [
      { type: 'divider', block_id: 'd' },
      { type: 'divider', block_id: 'd' },
    ];

    expect(findBlockProblems(twice, 'message').join()).toContain('block_id d already exists');
  });

  it('allow 13,200 characters over all blocks together', () => {
    const sections = (last: number) =>
      [...many(4, () => 3000), last].map((size) => ({ type: 'section', text: mrkdwn(chars(size)) }));

    expect(isTooLongInAll(sections(1200))).toBe(false);
    expect(isTooLongInAll(sections(1201))).toBe(true);
  });

  it.each([
    ['title', limits.view.title.max_length, (size: number) => ({ title: plain(chars(size)) })],
    ['submit', limits.view.submit.max_length, (size: number) => ({ submit: plain(chars(size)) })],
    ['close', limits.view.close.max_length, (size: number) => ({ close: plain(chars(size)) })],
    ['callback_id', limits.view.callback_id.max_length, (size: number) => ({ callback_id: chars(size) })],
    [
      'private_metadata',
      limits.view.private_metadata.max_length,
      (size: number) => ({ private_metadata: chars(size) }),
    ],
  ])('hold for the %s of a view', (_what, limit, change) => {
    const view = (size: number) => ({
      type: 'modal',
      title: plain('t'),
      blocks: [{ type: 'divider' }],
      ...change(size),
    });

    expect(findViewProblems(view(limit))).toEqual([]);
    expect(findViewProblems(view(limit + 1))).not.toEqual([]);
  });
});
