import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTargets, findTargetsInMessage, formatTarget } from '../../src/domain/target.ts';

const RUN = 'flow-abc123def456';
const OTHER = 'flow-9zy8xw7vu6';
const NODE = 'node-k1l2m3n4o5';
const LINK = `https://pai.console.aliyun.com/?regionId=cn-shanghai&workspaceId=94801#/studio/task/detail/${RUN}`;
const PLACED = `cn-shanghai/94801/${RUN}`;

function read(message: unknown): string[] {
  return findTargetsInMessage(message).targets.map(formatTarget);
}

function richText(...elements: unknown[]): unknown {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

function words(text: string): unknown {
  return { type: 'text', text };
}

const PLAIN = { type: 'plain_text', text: `Run ${RUN} failed`, emoji: true };
const MRKDWN = { type: 'mrkdwn', text: `Run *${RUN}* failed` };
const RICH = richText(words(`Run ${RUN} failed`));
const NOTHING = { type: 'plain_text', text: 'nothing' };
const BUTTON = { type: 'button', text: PLAIN, value: OTHER, action_id: OTHER };

describe('findTargetsInMessage reads the text of a block', () => {
  it.each<[name: string, block: unknown]>([
    ['section text', { type: 'section', text: MRKDWN }],
    ['section fields', { type: 'section', fields: [NOTHING, MRKDWN] }],
    ['section accessory', { type: 'section', text: NOTHING, accessory: BUTTON }],
    ['header', { type: 'header', text: PLAIN }],
    ['context', { type: 'context', elements: [NOTHING, MRKDWN] }],
    [
      'context image',
      { type: 'context', elements: [{ type: 'image', alt_text: RUN, image_url: 'https://x.io/a' }] },
    ],
    ['rich_text section', RICH],
    [
      'rich_text list',
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_list',
            style: 'bullet',
            elements: [{ type: 'rich_text_section', elements: [words(RUN)] }],
          },
        ],
      },
    ],
    [
      'rich_text quote',
      { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [words(RUN)] }] },
    ],
    [
      'rich_text preformatted',
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [words(`$ get ${RUN}`)] }],
      },
    ],
    ['rich_text link', richText({ type: 'link', url: `https://ci.example.com/${RUN}`, text: 'the run' })],
    ['rich_text link without a label', richText({ type: 'link', url: `https://ci.example.com/${RUN}` })],
    [
      'rich_text link with an id for a label',
      richText({ type: 'link', url: 'https://ci.example.com/1', text: RUN }),
    ],
    ['markdown', { type: 'markdown', text: `# Failed\n[${RUN}](https://x.io)` }],
    ['image alt text', { type: 'image', alt_text: RUN, image_url: 'https://x.io/a.png' }],
    ['image title', { type: 'image', alt_text: 'chart', title: PLAIN, image_url: 'https://x.io/a.png' }],
    [
      'video',
      {
        type: 'video',
        title: PLAIN,
        alt_text: 'v',
        video_url: 'https://x.io/v',
        thumbnail_url: 'https://x.io/t',
      },
    ],
    ['video description', { type: 'video', title: NOTHING, description: PLAIN, alt_text: 'v' }],
    [
      'table cell',
      {
        type: 'table',
        rows: [
          [
            { type: 'raw_text', text: 'x' },
            { type: 'raw_text', text: RUN },
          ],
        ],
      },
    ],
    ['table cell of rich text', { type: 'table', rows: [[RICH]] }],
    ['data_table cell', { type: 'data_table', caption: 'Runs', rows: [[{ type: 'raw_text', text: RUN }]] }],
    ['data_table caption', { type: 'data_table', caption: `Nodes of ${RUN}`, rows: [] }],
    ['card title', { type: 'card', title: MRKDWN }],
    ['card body', { type: 'card', title: NOTHING, body: MRKDWN, subtitle: NOTHING }],
    ['card subtext', { type: 'card', subtext: MRKDWN }],
    ['card action', { type: 'card', actions: [BUTTON] }],
    ['fields that are no list', { type: 'x', fields: { first: RUN } }],
    ['carousel', { type: 'carousel', elements: [{ type: 'card', title: MRKDWN }] }],
    ['container title', { type: 'container', title: PLAIN, child_blocks: [] }],
    ['container rich title', { type: 'container', rich_text_title: RICH, child_blocks: [] }],
    ['container children', { type: 'container', child_blocks: [{ type: 'section', text: MRKDWN }] }],
    ['task_card title', { type: 'task_card', task_id: OTHER, title: `Train ${RUN}`, status: 'error' }],
    ['task_card details', { type: 'task_card', task_id: OTHER, title: 'Train', details: RICH }],
    ['task_card output', { type: 'task_card', task_id: OTHER, title: 'Train', output: RICH }],
    [
      'task_card source',
      {
        type: 'task_card',
        task_id: OTHER,
        title: 'Train',
        sources: [{ type: 'url', url: `https://x.io/${RUN}`, text: 'x' }],
      },
    ],
    ['plan', { type: 'plan', title: RUN, tasks: [] }],
    [
      'plan tasks',
      { type: 'plan', title: 'Plan', tasks: [{ type: 'task_card', task_id: OTHER, title: RUN }] },
    ],
    ['alert', { type: 'alert', text: MRKDWN, level: 'error' }],
    ['actions button', { type: 'actions', elements: [BUTTON] }],
    [
      'actions button address',
      { type: 'actions', elements: [{ type: 'button', text: NOTHING, url: `https://x.io/${RUN}` }] },
    ],
    [
      'actions option',
      { type: 'actions', elements: [{ type: 'static_select', options: [{ text: PLAIN, value: OTHER }] }] },
    ],
    ['input label', { type: 'input', label: PLAIN, element: { type: 'plain_text_input', action_id: OTHER } }],
    ['input hint', { type: 'input', label: NOTHING, hint: PLAIN, element: { type: 'plain_text_input' } }],
    [
      'context_actions',
      {
        type: 'context_actions',
        elements: [{ type: 'icon_button', icon: 'trash', text: PLAIN, value: OTHER }],
      },
    ],
    [
      'context_actions feedback',
      {
        type: 'context_actions',
        elements: [{ type: 'feedback_buttons', positive_button: { text: PLAIN, value: OTHER } }],
      },
    ],
    ['data_visualization title', { type: 'data_visualization', title: RUN, chart: {} }],
    [
      'data_visualization segment',
      {
        type: 'data_visualization',
        title: 'x',
        chart: { type: 'pie', segments: [{ label: RUN, value: 1 }] },
      },
    ],
    [
      'data_visualization series',
      { type: 'data_visualization', chart: { type: 'bar', series: [{ name: RUN, data: [1] }] } },
    ],
    [
      'data_visualization axis',
      { type: 'data_visualization', chart: { axis_config: { categories: ['x', RUN], x_label: 'n' } } },
    ],
    ['a block of the future', { type: 'hologram', scene: { caption: [{ words: `see ${RUN}` }] } }],
    ['a rich text element of the future', richText({ type: 'footnote', content: { words: RUN } })],
  ])('%s', (_name, block) => {
    expect(read({ type: 'message', text: 'nothing', blocks: [block] })).toEqual([RUN]);
  });

  it.each<[name: string, attachment: unknown]>([
    ['pretext', { pretext: RUN }],
    ['title', { title: RUN }],
    ['title_link', { title: 'x', title_link: `https://x.io/${RUN}` }],
    ['text', { text: `Run <https://x.io/1|${RUN}> failed` }],
    ['fallback', { fallback: RUN }],
    ['field title', { fields: [{ title: RUN, value: 'failed', short: true }] }],
    ['field value', { fields: [{ title: 'Run', value: RUN, short: true }] }],
    ['footer', { footer: RUN }],
    ['author', { author_name: RUN }],
    ['from_url', { from_url: `https://x.io/${RUN}` }],
    ['original_url', { original_url: `https://x.io/${RUN}` }],
    ['blocks', { blocks: [{ type: 'section', text: MRKDWN }] }],
    [
      'blocks of a shared message',
      { message_blocks: [{ team: OTHER, channel: OTHER, message: { blocks: [RICH] } }] },
    ],
  ])('attachment %s', (_name, attachment) => {
    expect(read({ text: 'nothing', attachments: [attachment] })).toEqual([RUN]);
  });
});

describe('findTargetsInMessage takes no identifier for text', () => {
  it.each<[name: string, message: unknown]>([
    ['block_id', { blocks: [{ type: 'section', block_id: RUN, text: NOTHING }] }],
    [
      'action_id and value of a button',
      { blocks: [{ type: 'actions', elements: [{ ...BUTTON, text: NOTHING, value: RUN }] }] },
    ],
    [
      'value of an option',
      {
        blocks: [
          { type: 'actions', elements: [{ type: 'overflow', options: [{ text: NOTHING, value: RUN }] }] },
        ],
      },
    ],
    ['value of a section field', { blocks: [{ type: 'section', fields: [{ ...NOTHING, value: RUN }] }] }],
    ['task_id', { blocks: [{ type: 'task_card', task_id: RUN, title: 'x' }] }],
    ['external_id', { blocks: [{ type: 'file', external_id: RUN, source: 'remote' }] }],
    [
      'user and team in rich text',
      { blocks: [richText({ type: 'user', user_id: RUN }, { type: 'team', team_id: RUN })] },
    ],
    ['emoji', { blocks: [richText({ type: 'emoji', name: RUN })] }],
    [
      'fallback of a date',
      { blocks: [richText({ type: 'date', timestamp: 1, format: '{date}', fallback: RUN })] },
    ],
    [
      'address of a date',
      { blocks: [richText({ type: 'date', timestamp: 1, format: '{date}', url: `https://x.io/${RUN}` })] },
    ],
    ['a person in a block of the future', { blocks: [{ type: 'credits', by: { type: 'user', name: RUN } }] }],
    [
      'user, ts, team and metadata of the message',
      { user: RUN, ts: RUN, team: RUN, metadata: { event_type: RUN, event_payload: { run: RUN } } },
    ],
    ['metadata inside a block', { blocks: [{ type: 'x', metadata: { run: RUN } }] }],
    [
      'ids of an attachment',
      {
        attachments: [{ id: RUN, callback_id: RUN, ts: RUN, channel_id: RUN, bot_id: RUN, mrkdwn_in: [RUN] }],
      },
    ],
    [
      'value of an attachment button',
      { attachments: [{ actions: [{ type: 'button', text: 'x', value: RUN }] }] },
    ],
  ])('%s', (_name, message) => {
    expect(findTargetsInMessage(message)).toEqual({ targets: [], names: [], problems: [] });
  });
});

describe('findTargetsInMessage puts a message together', () => {
  it('glues the pieces of a rich text section, where only the style changes', () => {
    const block = richText(
      words('Run flow-abc'),
      { type: 'text', text: '123def456', style: { bold: true } },
      words(' failed'),
    );

    expect(read({ blocks: [block] })).toEqual([RUN]);
  });

  it('makes no id of pieces that something stands between', () => {
    const emoji = { type: 'emoji', name: 'x' };

    expect(read({ blocks: [richText(words('flow-'), emoji, words('abc123def456'))] })).toEqual([]);
    expect(
      read({
        blocks: [
          { type: 'section', text: words('flow-') },
          { type: 'section', text: words('abc123') },
        ],
      }),
    ).toEqual([]);
    expect(read({ blocks: [richText(words('my-'), words(RUN))] })).toEqual([]);
  });

  it('does not search the label of a rich text link whose address has a run', () => {
    expect(read({ blocks: [richText({ type: 'link', url: LINK, text: OTHER })] })).toEqual([PLACED]);
  });

  it('keeps the address of a rich text link whole', () => {
    const url = LINK.replace('?', '?from=<a|b>&');

    expect(read({ blocks: [richText({ type: 'link', url, text: 'nightly' })] })).toEqual([PLACED]);
  });

  it('takes a bracket in rich text for what it is', () => {
    expect(read({ blocks: [richText(words(`<@U1 ${RUN}>`))] })).toEqual([RUN]);
    expect(read({ text: `<@U1 ${RUN}>` })).toEqual([]);
  });

  it('names a run once that stands in text, blocks and fallback, with the place one of them knows', () => {
    const message = {
      text: `Run ${RUN} failed`,
      blocks: [richText(words('Run '), { type: 'link', url: LINK, text: 'nightly' }, words(` and ${OTHER}`))],
      attachments: [{ fallback: RUN, text: RUN }],
    };

    expect(findTargetsInMessage(message)).toEqual({
      targets: [
        { kind: 'run', runId: RUN, region: 'cn-shanghai', workspaceId: '94801' },
        { kind: 'run', runId: OTHER },
      ],
      names: [],
      problems: [],
    });
  });

  it('reads an attachment in the order people see it, whatever the order of its keys', () => {
    const attachment = {
      footer: 'flow-footer1',
      fields: [{ value: NODE, title: 'Node' }],
      text: OTHER,
      title: RUN,
    };

    expect(read({ attachments: [attachment] })).toEqual([RUN, OTHER, `${OTHER}/${NODE}`, 'flow-footer1']);
  });

  it('pairs runs and nodes of fields in their order', () => {
    const fields = [
      { title: RUN, value: NODE },
      { title: OTHER, value: 'node-second1' },
    ];

    expect(read({ attachments: [{ fields }] })).toEqual([
      RUN,
      `${RUN}/${NODE}`,
      OTHER,
      `${OTHER}/node-second1`,
    ]);
  });

  it('lets a node belong to a run of another block', () => {
    const blocks = [
      { type: 'header', text: { ...PLAIN, text: RUN } },
      { type: 'section', text: { ...MRKDWN, text: NODE } },
    ];

    expect(read({ blocks })).toEqual([RUN, `${RUN}/${NODE}`]);
  });

  it('lets a node of an attachment belong to the only run of the text', () => {
    expect(read({ text: RUN, attachments: [{ text: NODE }] })).toEqual([RUN, `${RUN}/${NODE}`]);
  });

  it('does not guess between several runs of the text', () => {
    expect(findTargetsInMessage({ text: `${RUN} ${OTHER}`, attachments: [{ text: NODE }] }).problems).toEqual(
      [{ kind: 'node-without-run', nodeId: NODE }],
    );
  });

  it('finds no secret in a link and nothing behind it', () => {
    const url = `${LINK}?Token=eyJSECRET.${OTHER}/${NODE}`;
    const message = {
      text: url,
      blocks: [richText({ type: 'link', url })],
      attachments: [{ title_link: url, from_url: url }],
    };

    expect(findTargetsInMessage(message)).toEqual({
      targets: [{ kind: 'run', runId: RUN, region: 'cn-shanghai', workspaceId: '94801' }],
      names: [],
      problems: [],
    });
  });
});

describe('findTargetsInMessage, for any data', () => {
  it.each<[name: string, message: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', RUN],
    ['a number', 7],
    ['a list', [RUN]],
    ['numbers where text belongs', { text: 7, blocks: 7, attachments: 7 }],
    [
      'null where text belongs',
      { text: null, blocks: [null, { type: 'section', text: null, fields: null }], attachments: [null, {}] },
    ],
    [
      'rich text without elements',
      {
        blocks: [
          { type: 'rich_text_section', elements: null },
          { type: 'rich_text', elements: [null, 7] },
        ],
      },
    ],
    [
      'null among inline elements',
      { blocks: [richText(null, 7, undefined, { type: 'link', url: 7, text: 7 })] },
    ],
    ['fields of no shape', { attachments: [{ fields: [null, 7, [], { value: null }] }] }],
    ['a type that is an object', { blocks: [{ type: { type: RUN } }] }],
  ])('finds nothing in %s', (_name, message) => {
    expect(findTargetsInMessage(message)).toEqual({ targets: [], names: [], problems: [] });
  });

  it.each<[name: string, wrap: (inner: unknown) => unknown]>([
    ['lists', (inner) => [inner]],
    ['objects', (inner) => ({ child: inner })],
    ['containers', (inner) => ({ type: 'container', child_blocks: [inner] })],
    ['rich text sections', (inner) => ({ type: 'rich_text_section', elements: [inner] })],
    ['fields', (inner) => ({ fields: [{ value: inner }] })],
  ])('survives %s a hundred thousand deep, and reads what lies above', (_name, wrap) => {
    let deep: unknown = RUN;
    for (let level = 0; level < 100_000; level += 1) deep = wrap(deep);

    expect(read({ text: OTHER, blocks: [deep], attachments: [{ blocks: deep, text: 'x' }] })).toEqual([
      OTHER,
    ]);
  });

  it('throws nothing, and finds no name', () => {
    const key = fc.constantFrom(
      'text',
      'blocks',
      'attachments',
      'elements',
      'type',
      'fields',
      'value',
      'url',
      'fallback',
    );
    const leaf = fc.oneof(
      fc.constantFrom<unknown>(
        RUN,
        NODE,
        LINK,
        'rich_text_section',
        'link',
        'user',
        'daily train',
        null,
        undefined,
        7,
        true,
      ),
      fc.string(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, (message) => {
        expect(findTargetsInMessage(message).names).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('finds in rich text what findTargets finds in the same words, however they are cut', () => {
    const piece = fc.constantFrom(
      RUN,
      NODE,
      'flow-',
      'abc123',
      ' ',
      'my-',
      '…',
      '失败',
      '<',
      '>',
      '*',
      '/',
      LINK,
      '&',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const typed = pieces.join('').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        const { targets, problems } = findTargetsInMessage({ blocks: [richText(...pieces.map(words))] });

        const found = findTargets(typed);
        expect({ targets, problems }).toEqual({ targets: found.targets, problems: found.problems });
      }),
    );
  });
});
