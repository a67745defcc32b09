import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bot, NAMED_WORKSPACES, startBot } from '../../sandbox/bot.ts';
import type { SandboxClient, Shown, StoredMessage } from '../../sandbox/client.ts';
import type { Verb } from '../../src/messages/catalog.ts';
import { en } from '../../src/messages/locales/en.ts';
import { buttonsOf, linesOf, type Place, startWorld, type World } from '../helpers/world.ts';

/** A run in a PAI workspace that the settings do not name, one in a region with a single one, and ids of nothing. */
const FORBIDDEN = 'flow-forbidden00000001';
const FORBIDDEN_SG = 'flow-forbidden00000002';
const UNKNOWN = 'flow-neverexisted00001';
const NODE = 'node-forbidden00000001';
/** One that may be read. */
const ALLOWED = 'flow-allowed0000000001';

const MEMBERS_ONLY = 'Only members of this Slack workspace can ask. You see what I post in this channel.';
const WHO_ARE_YOU =
  "Slack did not tell me who you are, so I can't check what you may see. Ask again in a minute; admins: npm run doctor.";

/** What is asked of each verb. A verb that is added without a case does not compile, nor does it pass below. */
const CASES = {
  overview: { lines: [''] },
  status: {
    lines: ['status', `status ${ALLOWED}`, ALLOWED, 'status rights-run', '状态 rights-run'],
    takesRun: true,
  },
  runs: { lines: ['runs', 'runs failed', 'runs workspace:prod limit:1'] },
  why: { lines: ['why', `why ${ALLOWED}`, 'why rights-run fit', 'why ctr'], takesRun: true },
  logs: {
    lines: ['logs', `logs ${ALLOWED}`, `logs ${ALLOWED} as:file`, 'logs ctr-backfill only:errors'],
    takesRun: true,
  },
  outputs: { lines: ['outputs', `outputs ${ALLOWED} type:Metrics`], takesRun: true },
  watch: {
    lines: ['watch', `watch ${ALLOWED}`, 'watch ctr-daily-train on:all in:dm', '关注 geo-sync'],
    takesRun: true,
  },
  unwatch: { lines: ['unwatch', `unwatch ${ALLOWED}`, 'unwatch all'], takesRun: true },
  list: { lines: ['list', '列表'] },
  doctor: { lines: ['doctor', '诊断'] },
  help: { lines: ['help', 'help why'] },
} as const satisfies Record<Verb | 'overview', { lines: readonly string[]; takesRun?: true }>;

const LINES: readonly string[] = [
  ...Object.values(CASES).flatMap(({ lines }) => lines),
  // What is no command is not answered either.
  ...['statsu rights-run', 'runs bogus:1', 'logs "open', `why ${UNKNOWN}`, 'again:aaaaaaaaaaaaaaaaaaaaaa'],
];
const RUN_VERBS = Object.entries(CASES).flatMap(([verb, each]) => ('takesRun' in each ? [verb] : []));

let world: World;
let slack: SandboxClient;
let narrowed: Bot;
/** What a member was told of the forbidden run while it was allowed: a fresh private message for every button. */
const oldButtons: { message: StoredMessage; label: string; value: string }[] = [];
let oldThread = '';

beforeAll(async () => {
  const { PAIFLOW_WORKSPACES: named } = NAMED_WORKSPACES;
  // What is watched along the way must not be looked at while nothing may be asked of PAI.
  const env = { ...NAMED_WORKSPACES, PAIFLOW_MAX_RPS: '500', POLL_INTERVAL_MS: '3600000' };
  world = await startWorld({
    sandbox: { seed: 32 },
    bot: { env: { ...env, PAIFLOW_WORKSPACES: `${named},wide=cn-hangzhou:94999` } },
  });
  slack = world.slack;
  await createRuns();
  for (const text of [
    `status ${FORBIDDEN}`,
    `logs ${FORBIDDEN}`,
    `why ${FORBIDDEN}`,
    `outputs ${FORBIDDEN}`,
  ]) {
    for (const { label } of valuesOf(await slash(MEMBER, text))) {
      const message = await slash(MEMBER, text);
      const value = valuesOf(message).find((each) => each.label === label)?.value ?? '';
      oldButtons.push({ message, label, value });
    }
  }
  oldThread = (await world.mention(`status ${FORBIDDEN}`)).threadTs ?? '';
  // From here on the settings name it no longer.
  await world.bot.stop();
  narrowed = await startBot(world.sandbox, { env });
  for (const { user, channel } of LANES) {
    await slack.addUser({ user, name: user.toLowerCase() });
    await slack.addChannel({ channel, name: channel.toLowerCase(), members: [user, 'U0OWNER', 'U0BOT'] });
  }
  await slack.addUser({ user: 'U0SINGLE', name: 'single', channels: ['C0ML'] });
  await slack.setUser({ user: 'U0SINGLE', isUltraRestricted: true });
});
afterAll(async () => {
  await narrowed?.stop();
  await world?.stop();
});
beforeEach(() => slack.clearFaults({}));

type NewRun = NonNullable<Parameters<SandboxClient['createRuns']>[0]['runs']>[number];

async function createRuns(): Promise<void> {
  const secret: NewRun = {
    name: 'canary-run',
    status: 'Failed',
    message: 'canary-hint',
    nodes: [
      { name: 'canary_read', status: 'Succeeded' },
      { name: 'typed_node', id: NODE, status: 'Failed', logs: ['canary-log', 'ERROR canary-cause'] },
    ],
    outputs: [{ name: 'canary_metrics', type: 'Metrics', node: 'canary_read', value: '{"canary":1}' }],
  };
  await slack.createRuns({
    runs: [
      { ...secret, id: FORBIDDEN, workspaceId: '94999' },
      {
        ...secret,
        id: FORBIDDEN_SG,
        name: 'canary-geo',
        region: 'ap-southeast-1',
        workspaceId: '30999',
        outputs: [],
      },
      {
        name: 'rights-run',
        id: ALLOWED,
        status: 'Failed',
        nodes: [{ name: 'fit', status: 'Failed', logs: ['ERROR out of memory'] }],
        finishedAgoMs: 60_000,
      },
    ],
  });
}

/** Labels and commands of a message's buttons; those that open an address have none. */
function valuesOf({ blocks }: StoredMessage): { label: string; value: string }[] {
  const elements = blocks.flatMap((block) => (Array.isArray(block.elements) ? block.elements : [])) as {
    text?: { text?: string };
    value?: string;
  }[];
  return elements.flatMap(({ text, value }) =>
    value === undefined ? [] : [{ label: text?.text ?? '', value }],
  );
}

const MEMBER = { user: 'U0MEMBER', channel: 'C0ML' };
/** Members with a channel of their own each, so that many can ask at once and each answer is somebody's. */
const LANES: readonly Asking[] = Array.from({ length: 12 }, (_, index) => ({
  user: `U0LANE${index}`,
  channel: `C0LANE${index}`,
}));
const dmOf = (user: string) => `D0${user.slice(1)}`;

/** Every way a line of text reaches the bot. */
interface Asking {
  readonly user: string;
  readonly channel: string;
}
type Door = (asking: Asking, text: string) => Promise<StoredMessage>;
const TYPED_DOORS: Readonly<Record<string, Door>> = {
  'the slash command': slash,
  'a mention in the channel': (asking, text) => firstSaid(() => slack.mention({ ...asking, text }), asking),
  'a mention in a thread': (asking, text) => inThread(asking, ALLOWED, text),
  'the DM': (asking, text) => inDm(asking, text),
};

async function slash({ user, channel }: Asking, text: string): Promise<StoredMessage> {
  return slack.waitForAnswer(await slack.command({ user, channel, text }), { timeoutMs: 12_000 });
}

function inDm({ user }: Asking, text: string, threadTs?: string): Promise<StoredMessage> {
  return firstSaid(() => slack.dm({ user, text, threadTs }), { user, channel: dmOf(user) });
}

async function inThread(asking: Asking, about: string, text: string): Promise<StoredMessage> {
  const threadTs = await say(`look ${about}`, asking.channel);
  return firstSaid(() => slack.mention({ ...asking, text, threadTs }), { ...asking, threadTs });
}

/** The bot's first word to a deed; whether there are more is looked at when all have asked. */
async function firstSaid(deed: () => Promise<Shown>, place: Place): Promise<StoredMessage> {
  const mark = await slack.revision();
  expect((await deed()).outcome).toBe('acked');
  return slack.waitForMessage(
    ({ isBot, firstRevision, channel, visibleTo, threadTs }) =>
      isBot &&
      firstRevision > mark &&
      channel === place.channel &&
      (visibleTo === undefined || visibleTo === place.user) &&
      (place.threadTs === undefined || threadTs === place.threadTs),
    { afterRevision: mark, timeoutMs: 12_000 },
  );
}

/** A member writes into a channel; gives the message's ts. */
async function say(text: string, channel = 'C0ML', threadTs?: string): Promise<string> {
  return (await slack.say({ user: 'U0OWNER', channel, text, threadTs })).messageTs ?? '';
}

async function check(
  { user, channel }: Asking,
  messageTs: string,
  callbackId = 'check_status',
): Promise<StoredMessage> {
  const deed = await slack.shortcut({ user, channel, messageTs, callbackId });
  return slack.waitForAnswer(deed, { timeoutMs: 12_000 });
}

async function press({ id: messageId }: StoredMessage, label: string, user = 'U0MEMBER') {
  return slack.waitForAnswer(await slack.click({ user, messageId, label }), { timeoutMs: 12_000 });
}

/** Presses a button that somebody made up, on a message that everybody sees. */
async function pressForged({ user, channel }: Asking, deed: string, value: string, threadTs?: string) {
  const element = {
    type: 'button',
    action_id: deed.includes(':') ? deed : `${deed}:0`,
    text: { type: 'plain_text', text: 'Press' },
    value,
  };
  const blocks = [{ type: 'actions', elements: [element] }];
  const { messageId = '' } = await slack.say({ user: 'U0OWNER', channel, text: 'look', blocks, threadTs });
  const click = await slack.click({ user, messageId, label: 'Press' });
  return slack.waitForAnswer(click, { timeoutMs: 12_000 });
}

/** Does many deeds and gives what the bot said to them, each thing once; more than a deed's own word fails. */
async function saidToAll(deeds: readonly (() => Promise<unknown>)[], channels: readonly string[], most = 8) {
  const mark = await slack.revision();
  const waiting = [...deeds];
  const work = async () => {
    for (let deed = waiting.shift(); deed !== undefined; deed = waiting.shift()) await deed();
  };
  await Promise.all(Array.from({ length: most }, work));
  const said = async () =>
    (await slack.messages({ afterRevision: mark })).filter(
      ({ isBot, channel, firstRevision }) => isBot && firstRevision > mark && channels.includes(channel),
    );
  await expect
    .poll(async () => (await said()).length, { timeout: 5000 })
    .toBeGreaterThanOrEqual(deeds.length);
  // A fence: what the bot had begun to say before it answered this has been said.
  await world.dm('help', { user: 'U0ADMIN' });
  return said();
}

describe('the cases', () => {
  it('know every verb of the README, so that a new one needs its own', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    const rows = [...readme.matchAll(/^\| `\/pai ?(\w*)([^`]*)` \| `\/pai/gm)];
    const verbs = rows.map(([, verb = '']) => verb || 'overview');
    const taking = rows.flatMap(([, verb = '', rest = '']) => (/\bRUN\b/.test(rest) ? [verb] : []));

    expect(verbs.toSorted()).toEqual(Object.keys(CASES).toSorted());
    expect(taking.toSorted()).toEqual(RUN_VERBS.toSorted());
  });
});

describe.each([
  ['a guest', { user: 'U0GUEST', channel: 'C0ML' }, MEMBERS_ONLY],
  ['a guest of one channel', { user: 'U0SINGLE', channel: 'C0ML' }, MEMBERS_ONLY],
  ['a member of another company', { user: 'U0PARTNER', channel: 'C0SHARED' }, MEMBERS_ONLY],
  ['somebody Slack does not tell about', MEMBER, WHO_ARE_YOU],
])('%s', (_who, asking, says) => {
  beforeEach(async () => {
    if (says === WHO_ARE_YOU) {
      await slack.addSlackFault({ kind: 'error', operation: 'users.info', code: 'missing_scope' });
    }
    await slack.clearJournal();
  });

  it.each(Object.entries(TYPED_DOORS))('learns nothing by %s, whatever is typed', async (_door, ask) => {
    await expectRefusals(LINES.map((text) => () => ask(asking, text)));
  });

  it.each(['check_status', 'watch_runs'])(
    'learns nothing by the shortcut %s, and no thread is read',
    async (id) => {
      const ts = await say(`look ${ALLOWED}`, asking.channel);
      const reply = await say('still?', asking.channel, ts);
      const empty = await say('lunch', asking.channel);

      await expectRefusals([ts, reply, empty].map((each) => () => check(asking, each, id)));
    },
  );

  it('learns nothing by a button that everybody sees, of any deed and command', async () => {
    const thread = await say(`about ${ALLOWED}`, asking.channel);
    const presses = ['ask', 'refresh', 'share', 'refresh:0:en:U0OWNER'].flatMap((deed) =>
      LINES.map((text) => () => pressForged(asking, deed, `/pai ${text}`.trim())),
    );

    await expectRefusals([...presses, () => pressForged(asking, 'ask', '@flowbell why', thread)]);
  });

  async function expectRefusals(deeds: readonly (() => Promise<unknown>)[]): Promise<void> {
    const said = await saidToAll(deeds, [asking.channel, dmOf(asking.user)]);

    expect(said).toHaveLength(deeds.length);
    for (const message of said) {
      expect(linesOf(message)).toEqual([says]);
      expect(buttonsOf(message)).toEqual([]);
      expect(message.metadata).toBeUndefined();
      expect(message.channel.startsWith('D') || message.visibleTo === asking.user).toBe(true);
    }
    await expectNothingRead();
  }
});

/** What tells people something, which is checked by what they see; a card of an earlier watch is edited at its own time. */
const SAYING: readonly string[] = ['chat.postEphemeral', 'chat.postMessage', 'chat.update'];

/** Nothing was asked of PAI, and of Slack nothing but who somebody is. */
async function expectNothingRead(): Promise<void> {
  expect(await world.paiCalls()).toBe(0);
  const asked = new Set((await slack.journal({ service: 'slack' })).map(({ operation }) => operation));
  expect([...asked].filter((each) => each !== 'users.info' && !SAYING.includes(each))).toEqual([]);
}

/** Every kind of answer and how it comes about; together they hold every button there is. */
const ANSWERS: Readonly<Record<string, string>> = {
  card: `status ${ALLOWED}`,
  list: `status ${ALLOWED} ctr-backfill`,
  'long list': `status ${ALLOWED} ${Array.from({ length: 95 }, (_, index) => `flow-long${String(index).padStart(13, '0')}`).join(' ')}`,
  'running card': 'status geo-sync',
  watch: 'watch ctr-daily-train',
  'watch of an ended run': `watch ${ALLOWED}`,
  why: `why ${ALLOWED}`,
  log: 'logs ctr-backfill feature_join tail:5',
  outputs: 'outputs user-profile-daily',
  runs: 'runs limit:1',
  overview: '',
  choice: 'why ctr',
  'unknown verb': `statsu ${ALLOWED}`,
  'no such run': 'why nothing-is-called-so',
  'wrong filter': 'runs status:faild',
};

describe('a button', () => {
  /** What a member presses, asked for afresh for each press: an answer may take the place of the message. */
  async function freshButtons(
    user: string,
  ): Promise<{ kind: string; label: string; message: StoredMessage }[]> {
    const buttons: { kind: string; label: string; message: StoredMessage }[] = [];
    for (const [kind, text] of Object.entries(ANSWERS)) {
      const first = await slash({ user, channel: 'C0ML' }, text);
      const fresh = valuesOf(first).map(async ({ label }) => {
        const again = await slash({ user, channel: 'C0ML' }, text);
        // How to begin is told once.
        const message = valuesOf(again).some((each) => each.label === label) ? again : first;
        return { kind, label, message };
      });
      buttons.push(...(await Promise.all(fresh)));
    }
    await slack.addPaiflowFault({ kind: 'http', status: 503 });
    const message = await slash({ user, channel: 'C0ML' }, `status ${ALLOWED}`);
    await slack.clearFaults({});
    buttons.push(...valuesOf(message).map(({ label }) => ({ kind: 'trouble', label, message })));
    return buttons;
  }

  it.each([
    ['a guest', { isRestricted: true }],
    ['a member of another company', { teamId: 'T0OTHER' }],
  ])('of a private answer, pressed by who has become %s since, tells nothing', async (who, change) => {
    const user = who === 'a guest' ? 'U0DEMOTED' : 'U0MOVED';
    await slack.addUser({ user, name: user.slice(2).toLowerCase(), channels: ['C0ML'] });
    const buttons = await freshButtons(user);
    expectEveryLabel(buttons.map(({ label }) => label));
    await slack.setUser({ user, ...change });
    await slack.clearJournal();

    for (const { kind, label, message } of buttons) {
      const deed = `${kind}: ${label}`;
      const told = await press(message, label, user);
      expect({ lines: linesOf(told), buttons: buttonsOf(told) }, deed).toEqual({
        lines: [MEMBERS_ONLY],
        buttons: [],
      });
      expect(told.visibleTo, deed).toBe(user);
    }

    await expectNothingRead();
  });

  it.each([
    ['a guest', { user: 'U0GUEST', channel: 'C0ML' }],
    ['a member of another company', { user: 'U0PARTNER', channel: 'C0SHARED' }],
  ])(
    'of an answer that everybody sees, pressed by %s, tells nothing and changes nothing',
    async (_who, asking) => {
      const shared: StoredMessage[] = [];
      for (const text of [
        `status ${ALLOWED}`,
        `why ${ALLOWED}`,
        'runs limit:1',
        'logs ctr-backfill feature_join tail:5',
      ]) {
        const answer = await slash({ ...MEMBER, channel: asking.channel }, text);
        shared.push(await press(answer, 'Share'));
        shared.push(await world.mention(text, { channel: asking.channel }));
      }
      await slack.clearJournal();
      const mark = await slack.revision();

      for (const message of shared) {
        for (const { label } of valuesOf(message)) {
          const told = await press(message, label, asking.user);
          expect(linesOf(told), label).toEqual([MEMBERS_ONLY]);
          expect(told.visibleTo, label).toBe(asking.user);
        }
      }
      const changed = (await slack.messages({ afterRevision: mark })).map(({ id }) => id);
      expect(changed.filter((each) => shared.some(({ id }) => id === each))).toEqual([]);
      await expectNothingRead();
    },
  );

  /** A label that is added to the catalog without an answer above that shows it fails here. */
  function expectEveryLabel(pressed: readonly string[]): void {
    // It opens an address in the browser; nothing comes to the bot.
    const { openInPai: _opens, run, ...others } = en.buttons;
    // They stand on what a watch posts, and where Flowbell cannot speak: watch.test.ts presses them.
    const { keepWatching: _paused, watchToo: _card, allLogs: _reply, ...asked } = others;
    const { useMyDm: _elsewhere, addAndWatch: _outside, ...labels } = asked;
    const fixed = Object.values(labels).filter((label) => typeof label === 'string');
    for (const label of fixed) expect(pressed).toContain(label);
    expect(pressed.some((label) => label.startsWith(run('status')))).toBe(true);
    expect(pressed).toContain('ctr-backfill');
  }
});

describe('somebody who is deactivated while Slack still delivers the deed', () => {
  it('is told nothing by any door', async () => {
    const ts = await say(`look ${ALLOWED}`);
    const card = await world.mention(`status ${ALLOWED}`);
    const doors: Readonly<Record<string, (asking: Asking) => readonly [() => Promise<Shown>, string]>> = {
      command: ({ user, channel }) => [
        () => slack.command({ user, channel, text: `why ${ALLOWED}` }),
        channel,
      ],
      mention: ({ user, channel }) => [
        () => slack.mention({ user, channel, text: 'why', threadTs: ts }),
        channel,
      ],
      dm: ({ user }) => [() => slack.dm({ user, text: 'why' }), dmOf(user)],
      shortcut: ({ user, channel }) => [
        () => slack.shortcut({ user, channel, messageTs: ts, callbackId: 'check_status' }),
        channel,
      ],
      button: ({ user, channel }) => [
        () => slack.click({ user, messageId: card.id, label: 'Logs' }),
        channel,
      ],
    };
    await slack.clearJournal();
    for (const [door, deedOf] of Object.entries(doors)) {
      const user = `U0LEAVER${door.toUpperCase()}`;
      await slack.addUser({ user, name: user.toLowerCase(), channels: ['C0ML'] });
      const [deed, channel] = deedOf({ user, channel: 'C0ML' });
      // While Slack takes its time to say who that is, the person goes.
      await slack.addSlackFault({ kind: 'slow', operation: 'users.info', delayMs: 300, count: 1 });

      const told = await firstSaid(
        async () => {
          const shown = await deed();
          await slack.setUser({ user, isDeleted: true });
          return shown;
        },
        { user, channel },
      );

      expect(linesOf(told), door).toEqual([MEMBERS_ONLY]);
    }
    await expectNothingRead();
  });
});

/** Every way an id reaches the bot, for a verb that takes a run. */
const ID_DOORS: Readonly<
  Record<string, (asking: Asking, verb: string, id: string) => Promise<StoredMessage>>
> = {
  ...Object.fromEntries(
    Object.entries(TYPED_DOORS).map(([door, ask]) => [
      door,
      (asking: Asking, verb: string, id: string) => ask(asking, `${verb} ${id}`),
    ]),
  ),
  'a link': (asking, verb, id) => slash(asking, `${verb} ${link(id, '')}`),
  'a link to an allowed PAI workspace': (asking, verb, id) =>
    slash(asking, `${verb} ${link(id, '&workspaceId=94801')}`),
  'a link to the forbidden PAI workspace': (asking, verb, id) =>
    slash(asking, `${verb} ${link(id, '&workspaceId=94999')}`),
  'a node by id': (asking, verb, id) => slash(asking, `${verb} ${id}/${NODE}`),
  'a node beside it': (asking, verb, id) => slash(asking, `${verb} ${id} ${NODE}`),
  'a node by name': (asking, verb, id) => slash(asking, `${verb} ${id} typed_node`),
  'several ids': (asking, verb, id) => slash(asking, `${verb} ${id} flow-nobodyknows000001`),
  'an allowed one beside it': (asking, verb, id) => slash(asking, `${verb} ${id} ${ALLOWED}`),
  'the thread': (asking, verb, id) => inThread(asking, id, verb),
  'the thread and a node of it by id': (asking, verb, id) => inThread(asking, id, `${verb} ${NODE}`),
  'the thread and a node of it by name': (asking, verb, id) => inThread(asking, id, `${verb} typed_node`),
  'the thread with two ids': (asking, verb, id) => inThread(asking, `${id} ${ALLOWED}`, verb),
  'a forged ask button': (asking, verb, id) => pressForged(asking, 'ask', `/pai ${verb} ${id}`),
  'a forged Refresh': (asking, verb, id) =>
    pressForged(asking, 'refresh', `/pai ${verb} cn-hangzhou/94999/${id}`),
  'a forged Share': (asking, verb, id) => pressForged(asking, 'share', `@flowbell ${verb} ${id}`),
  'a forged choice of the DM': (asking, verb, id) => pressForged(asking, 'ask', `${verb} ${id}/${NODE}`),
};

function link(id: string, place: string): string {
  return `https://pai.console.aliyun.com/?regionId=cn-hangzhou${place}#/studio/task/detail/${id}`;
}

/** What Slack stored, without what differs between any two messages. */
function comparable({
  text,
  blocks,
  attachments,
  metadata,
  files,
  via,
  visibleTo,
  threadTs,
  history,
}: StoredMessage): string {
  const earlier = history.map((each) => [each.text, each.blocks]);
  const isPrivate = visibleTo !== undefined;
  const isReply = threadTs !== undefined;
  return (
    JSON.stringify({ text, blocks, attachments, metadata, files, via, isPrivate, isReply, earlier })
      .replaceAll(new RegExp([FORBIDDEN, FORBIDDEN_SG, UNKNOWN].join('|'), 'g'), 'ID')
      .replaceAll(/canary|nobody/g, 'NAME')
      // The thread of the message that was pointed at.
      .replaceAll(/\bin:\d+\.\d+/g, 'in:THREAD')
      .replaceAll(/"block_id":"[^"]*"/g, '"block_id":""')
      .replaceAll(/[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/g, 'REQUEST')
      .replaceAll(/again:[\w-]{22}/g, 'again:TOKEN')
      .replaceAll(/<!date\^\d+/g, '<!date^0')
      .replaceAll(/"timestamp":\d+/g, '"timestamp":0')
  );
}

/** Nothing of a forbidden run; the PAI workspace of a link somebody typed stands in the buttons that ask again. */
function expectNoCanary(
  { text, blocks, attachments, metadata, files }: StoredMessage,
  typed = /(?!)/g,
): void {
  const shown = JSON.stringify({ text, blocks, attachments, metadata, files });
  expect(
    shown.replaceAll(/cn-hangzhou\/94999\/|ap-southeast-1\/30999\//g, '').replaceAll(typed, ''),
  ).not.toMatch(/canary|94999|30999/i);
}

/**
 * The same deed with a forbidden and an unknown id, by every verb at once, is answered with the same single message,
 * which holds nothing of the run.
 */
async function expectAlike(
  ask: (asking: Asking, verb: string, id: string) => Promise<StoredMessage>,
  { forbidden = FORBIDDEN, unknown = UNKNOWN, verbs = RUN_VERBS, typed = /(?!)/g } = {},
): Promise<void> {
  const pairs = verbs.map((verb, index) => {
    const [one, other] = LANES.slice(index * 2);
    if (one === undefined || other === undefined) throw new Error('more verbs than lanes: add lanes');
    return { verb, one, other };
  });
  const told = new Map<string, StoredMessage>();
  const deeds = pairs.flatMap(({ verb, one, other }) => [
    async () => told.set(`${verb} forbidden`, await ask(one, verb, forbidden)),
    async () => told.set(`${verb} unknown`, await ask(other, verb, unknown)),
  ]);

  const said = await saidToAll(
    deeds,
    LANES.flatMap(({ user, channel }) => [channel, dmOf(user)]),
  );

  expect(said.map(({ id }) => id).toSorted()).toEqual([...told.values()].map(({ id }) => id).toSorted());
  for (const { verb } of pairs) {
    const [one, other] = [told.get(`${verb} forbidden`), told.get(`${verb} unknown`)];
    expect(one && comparable(one), verb).toBe(other && comparable(other));
    if (one !== undefined) expectNoCanary(one, typed);
  }
}

describe('a run in a PAI workspace that the settings do not name', () => {
  it.each(Object.entries(ID_DOORS))('by %s is answered like an unknown id', async (_door, ask) => {
    await expectAlike(ask);
  });

  it('in a region of one PAI workspace is answered like an unknown id', async () => {
    await expectAlike((asking, verb, id) => slash(asking, `${verb} ${id}`), { forbidden: FORBIDDEN_SG });
    const place = 'ap-southeast-1/30999';
    await expectAlike((asking, verb, id) => slash(asking, `${verb} ${place}/${id}`), {
      forbidden: FORBIDDEN_SG,
    });
  });

  it.each(['check_status', 'watch_runs'])(
    'by the shortcut %s is answered like an unknown id',
    async (shortcut) => {
      const verbs = ['status'];
      await expectAlike(
        async (asking, _, id) => check(asking, await say(`look ${id}`, asking.channel), shortcut),
        { verbs },
      );
      await expectAlike(
        async (asking, _, id) =>
          check(asking, await say(`${id}/${NODE} and ${ALLOWED}`, asking.channel), shortcut),
        { verbs },
      );
      await expectAlike(
        async (asking, _, id) => {
          const threadTs = await say(`look ${id}`, asking.channel);
          return check(asking, await say(`and ${NODE}?`, asking.channel, threadTs), shortcut);
        },
        { verbs },
      );
    },
  );

  it('in a thread of the DM is answered like an unknown id', async () => {
    for (const verb of RUN_VERBS) {
      const told: string[] = [];
      for (const id of [FORBIDDEN, UNKNOWN]) {
        let threadTs = '';
        await firstSaid(
          async () => {
            const said = await slack.dm({ user: 'U0MEMBER', text: `hello ${id} over there` });
            threadTs = said.messageTs ?? '';
            return said;
          },
          { user: 'U0MEMBER', channel: dmOf('U0MEMBER') },
        );
        const message = await inDm(MEMBER, verb, threadTs);
        expectNoCanary(message);
        told.push(comparable(message));
      }
      expect(told[0]).toBe(told[1]);
    }
  });

  it('in a list too long for a button, and by its token, is answered like an unknown id', async () => {
    const others = Array.from({ length: 95 }, (_, index) => `flow-long${String(index).padStart(13, '0')}`);
    const told: string[] = [];
    for (const id of [FORBIDDEN, UNKNOWN]) {
      const list = await slash(MEMBER, `status ${id} ${others.join(' ')}`);
      const again = valuesOf(list).find(({ value }) => value.includes('again:'))?.value ?? '';
      expect(again).toMatch(/^\/pai again:/);
      const refreshed = await pressForged(MEMBER, 'refresh', again);
      for (const message of [list, refreshed]) expectNoCanary(message);
      told.push(`${comparable(list)} ${comparable(refreshed)}`);
    }
    expect(told[0]).toBe(told[1]);
  });

  it.each(Object.entries(TYPED_DOORS))(
    'by its name and %s is answered like a name of nothing',
    async (_door, ask) => {
      for (const [forbidden, unknown] of [
        ['canary-run', 'nobody-run'],
        ['canary-*', 'nobody-*'],
        ['canary', 'nobody'],
      ] as const) {
        await expectAlike((asking, verb, name) => ask(asking, `${verb} ${name}`), {
          forbidden,
          unknown,
          typed: new RegExp(forbidden.replace('*', '\\*'), 'g'),
        });
      }
    },
  );

  it('is in no list, whatever the filter, and is not counted', async () => {
    for (const [forbidden, unknown] of [
      ['workspace:94999', 'workspace:94998'],
      ['workspace:prod,94999', 'workspace:prod,94998'],
      ['name:canary-run', 'name:nobody-run'],
      ['pipeline:canary-run', 'pipeline:nobody-run'],
      ['node:typed_node', 'node:nobod_node'],
      ['canary', 'nobody'],
    ] as const) {
      const [told, other] = [
        comparable(await slash(MEMBER, `runs ${forbidden}`)),
        comparable(await slash(MEMBER, `runs ${unknown}`)),
      ];
      const same = (text: string) =>
        text.replaceAll(/94999|94998/g, 'WS').replaceAll(/typed_node|nobod_node/g, 'NODE');
      expect(same(told), forbidden).toBe(same(other));
    }
    for (const text of [
      'runs limit:100',
      'runs failed limit:100',
      'runs -workspace:dev',
      'runs since:24h limit:100',
      '',
    ]) {
      expectNoCanary(await slash(MEMBER, text));
    }
  });

  it('is not the last failed one', async () => {
    await slack.setRun({ run: FORBIDDEN, rerun: true });
    await slack.setRun({ run: FORBIDDEN, status: 'Failed' });
    for (const verb of ['why', 'logs', 'outputs']) {
      const message = await slash(MEMBER, verb);
      expect(message.text).toMatch(/^Last failed here: (:x: )?rights-run/);
      expectNoCanary(message);
    }
  });

  it.each([
    ['every call to its region', { region: 'cn-hangzhou' }],
    ['every call to the other region', { region: 'ap-southeast-1' }],
    ['status calls to its region', { region: 'cn-hangzhou', operation: 'ListPipelineRunsStatus' }],
    ['status calls to the other region', { region: 'ap-southeast-1', operation: 'ListPipelineRunsStatus' }],
    ['lists of its region', { region: 'cn-hangzhou', operation: 'ListPipelineRuns' }],
  ])('is answered like an unknown id while PAI fails %s', async (_what, where) => {
    await slack.addPaiflowFault({ kind: 'forbidden', ...where });

    await expectAlike((asking, verb, id) => slash(asking, `${verb} ${id}`));
    await expectAlike((asking, verb, id) => slash(asking, `${verb} ${id} ${ALLOWED}`));
    await expectAlike((asking, verb, id) => inThread(asking, id, verb));
  });

  it('by a button of an answer from when it was allowed is like an unknown one', async () => {
    expect(new Set(oldButtons.map(({ label }) => label))).toEqual(
      new Set(['Refresh', 'Why', 'Logs', 'Outputs', 'Share', 'Errors only', 'As file']),
    );
    for (const { message, label, value } of oldButtons) {
      const told = await press(message, label);
      const unknown = await slash(MEMBER, value.replace('/pai ', '').replaceAll(FORBIDDEN, UNKNOWN));

      expect(
        linesOf(told).map((each) => each.replaceAll(FORBIDDEN, UNKNOWN)),
        label,
      ).toEqual(linesOf(unknown));
      expect(buttonsOf(told), label).toEqual(buttonsOf(unknown));
      expect(told.visibleTo, label).toBe('U0MEMBER');
      expectNoCanary(told);
    }
  });

  it('by the thread of such an answer is not shown', async () => {
    // What one watches oneself is nobody's secret, so `unwatch` asks nobody.
    for (const verb of ['', ...RUN_VERBS.filter((each) => each !== 'unwatch')]) {
      const message = await firstSaid(
        () => slack.mention({ ...MEMBER, text: verb, threadTs: oldThread }),
        MEMBER,
      );
      expect(message.text).toContain('not found or not visible');
      expectNoCanary(message);
    }
  });
});
