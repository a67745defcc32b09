import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoredMessage } from '../../sandbox/client.ts';
import type { DeedInput } from '../../sandbox/control-schema.ts';
import { buttonsOf, linesOf, startWorld, type World } from '../helpers/world.ts';

const LOGS = 'ListPipelineRunNodeLogs';
const MB = 1024 * 1024;
/** Node lets garbage stand until its heap is full, so only in a small heap is growth what is held: more ends the bot. */
const HEAP_MB = 128;
/** Longer than PAI is given for one question; whoever is not answered by then never is. */
const PATIENCE = { timeoutMs: 10_000 };

/** Of an invented company: an AccessKey's secret and a Logview link's token. */
const SECRET = 'q7Rk2mZx9Lw4Tn8Vb3Yc6Hd1Jf5Gs0';
const TOKEN = 'bG9ndmlldy1vZi1hbi1pbnZlbnRlZC1jb21wYW55LXRva2VuLWZvci10ZXN0cw';
/** Told as secrets by what stands behind the cut: an STS token by its length, a password by its `@`. */
const STS_TOKEN = `CAIS${'8gN1q3Rv5Xt7'.repeat(20)}`;
const PASSWORD = 'wZ6pK4sM2yU9hE7j';
/** The shortest piece of a secret that would be a leak. */
const PIECE = 8;
const BROKEN = 'ERROR [step] it broke: <!channel> <@U0OWNER> ``` `tick` *bold*';

/** The line with an AccessKey's secret and a Logview token that each begin at their place. */
function withSecrets(line: string, places: { readonly secret: number; readonly token: number }): string {
  const key = ' AccessKeySecret=';
  const link = ' http://logview.odps.aliyun.com/logview/?i=1&token=';
  const withKey = overwrite(line, places.secret - key.length, `${key}${SECRET} `);
  return overwrite(withKey, places.token - link.length, `${link}${TOKEN} `);
}

function overwrite(line: string, at: number, text: string): string {
  return line.slice(0, at) + text + line.slice(at + text.length);
}

const LINE = '.'.repeat(1200);
/** Lines are cut at 500 characters where they are shown and at 10,000 in a file. */
const CUTS = [480, 495, 500].map((place) => withSecrets(LINE, { secret: place, token: place + 200 }));
const MORE_CUTS = [450, 495].map((place) => withSecrets(LINE, { secret: 800, token: place }));
const TOLD_BEHIND_THE_CUT = [
  overwrite(LINE, 470, ` ${STS_TOKEN} `),
  overwrite(LINE, 470, ` jdbc:mysql://trainer:${PASSWORD}@10.0.0.7/ctr `),
];
const WIDE = [
  { secret: 495, token: 9990 },
  { secret: MB / 2, token: MB / 2 + 500 },
].reduce(
  (line, places) => withSecrets(line, places),
  overwrite('.'.repeat(MB), 9500, ` jdbc:mysql://trainer:${PASSWORD}@10.0.0.7/ctr `),
);

type NewNode = NonNullable<NonNullable<DeedInput<'createRuns'>['runs']>[number]['nodes']>[number];

const NODES: Readonly<Record<string, Omit<NewNode, 'name'>>> = {
  huge: { logMaker: { lines: 1_000_000, bytesPerLine: 100, last: [BROKEN, 'bye'] } },
  wide: { logs: [WIDE] },
  'many-wide': { logMaker: { lines: 50, bytesPerLine: MB } },
  binary: { logMaker: { lines: 30_000, kind: 'binary', bytesPerLine: 300 } },
  secrets: { logs: [...CUTS, ...MORE_CUTS, ...TOLD_BEHIND_THE_CUT] },
  none: {},
  'not-started': { status: 'ReadyToSchedule', logs: ['too early'] },
};

let world: World;
let startMb: number;

beforeAll(async () => {
  world = await startWorld({
    sandbox: { seed: 41 },
    bot: { env: { PAIFLOW_MAX_RPS: '100', NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` } },
  });
  await world.slack.createRuns({
    runs: Object.entries(NODES).map(([name, node]) => ({
      name: `log-${name}`,
      status: node.status === undefined ? 'Failed' : 'Running',
      nodes: [{ name: 'step', status: 'Failed', ...node }],
    })),
  });
  startMb = await peakMb();
});
afterAll(() => world.stop());
afterEach(() => world.slack.setPaiflow({ ignoreLogPageSize: false, maxLogPageSize: null }));

/** The most memory that the bot has had so far, in MB; 0 where the system does not tell. */
async function peakMb(): Promise<number> {
  const status = await readFile(`/proc/${world.bot.pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

function ask(text: string): Promise<StoredMessage> {
  return world.ask(text, PATIENCE);
}

type File = NonNullable<StoredMessage['files']>[number];

/** The file that a deed sends to who asked. */
async function fileOf(deed: () => Promise<unknown>): Promise<File> {
  const mark = await world.slack.revision();
  await deed();
  const message = await world.slack.waitForMessage(({ files }) => files !== undefined, {
    channel: 'D00MEMBER',
    afterRevision: mark,
    ...PATIENCE,
  });
  const [file] = message.files ?? [];
  if (file === undefined) throw new Error('there is no file in the message');
  return file;
}

/** What steers terminals, hides or turns text: control and format characters (Unicode, Cc, Cf, Cs) but line ends. */
const STEERING = /(?!\n)[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\ufeff\ufffe\uffff]/u;
/** Date tokens are Flowbell's own. */
const PING = /<[@#]|<!(?!date)/;

/** That Slack took its blocks says that they are valid; this looks at what stands in them. */
function expectHarmless({ text, blocks }: StoredMessage): void {
  const inBlocks = partsOf(blocks);
  for (const each of [text, ...inBlocks.texts]) expect(each).not.toMatch(STEERING);
  for (const each of [text, ...inBlocks.mrkdwn]) {
    expect(each).not.toMatch(PING);
    // One code block at most: what stands in it did not end it.
    expect(each.split('```').length).toBeOneOf([1, 3]);
  }
  for (const kind of ['broadcast', 'user', 'usergroup', 'channel'])
    expect(inBlocks.kinds).not.toContain(kind);
  expectNoSecret(JSON.stringify([text, blocks]));
}

function expectNoSecret(text: string): void {
  for (const secret of [SECRET, TOKEN, STS_TOKEN, PASSWORD]) {
    for (let at = 0; at + PIECE <= secret.length; at += 1) {
      expect(text).not.toContain(secret.slice(at, at + PIECE));
    }
  }
}

/** Every text in blocks, those that Slack reads as mrkdwn, and the kinds of all elements. */
function partsOf(value: unknown): { texts: string[]; mrkdwn: string[]; kinds: string[] } {
  if (typeof value !== 'object' || value === null) return { texts: [], mrkdwn: [], kinds: [] };
  const inside = Object.values(value).map(partsOf);
  const { type, text } = value as { type?: unknown; text?: unknown };
  return {
    texts: [...(typeof text === 'string' ? [text] : []), ...inside.flatMap(({ texts }) => texts)],
    mrkdwn: [
      ...(type === 'mrkdwn' && typeof text === 'string' ? [text] : []),
      ...inside.flatMap(({ mrkdwn }) => mrkdwn),
    ],
    kinds: [...(typeof type === 'string' ? [type] : []), ...inside.flatMap(({ kinds }) => kinds)],
  };
}

const NO_LOG = /PAI has no log lines for this node/;

/** What each question about each log begins with or says. */
const ANSWERS: readonly (readonly [run: string, question: string, said: RegExp])[] = [
  ['huge', 'logs', /^log-huge › `step`: last 50 of 1,000,000 lines\n/],
  ['huge', 'why', /^:x: log-huge failed at `step`: `it broke: &lt;!channel&gt;/],
  ['huge', 'only:errors', /^log-huge › `step`: 1 error line in the last 2,000 lines\n/],
  ['huge', 'grep:broke', /^log-huge › `step`: 1 line with `broke`\n/],
  ['wide', 'logs', /^log-wide › `step`: all 1 line, \d+ secrets? hidden\n/],
  ['wide', 'why', /^:x: log-wide failed at `step` \(no error line found\)\n/],
  ['wide', 'only:errors', /No error line in the last 1 line\./],
  [
    'wide',
    'grep:AccessKeySecret',
    /^log-wide › `step`: 1 line with `AccessKeySecret`, \d+ secrets? hidden\n/,
  ],
  ['wide', 'as:file', /^log-wide › `step`: all 1 line, 3 secrets hidden$/],
  // What does not fit into one answer is asked for in smaller parts.
  ['many-wide', 'logs', /^log-many-wide › `step`: last 1 of 50 lines\n/],
  ['many-wide', 'why', /^:x: log-many-wide failed at `step` \(no error line found\)\n/],
  ['many-wide', 'only:errors', /No error line in the last 4 lines\./],
  ['many-wide', 'grep:broke', /no line with `broke`/],
  ['many-wide', 'as:file', /^log-many-wide › `step`: the last 5 of 50 lines$/],
  ['binary', 'logs', /^log-binary › `step`: last \d+ of 30,000 lines\n/],
  ['binary', 'why', /^:x: log-binary failed at `step`/],
  ['binary', 'only:errors', /in the last 2,000 lines/],
  ['binary', 'grep:channel', /lines with `channel`/],
  ['none', 'logs', NO_LOG],
  ['none', 'why', NO_LOG],
  ['none', 'only:errors', NO_LOG],
  ['none', 'grep:broke', /no line with `broke`/],
  ['none', 'as:file', NO_LOG],
  ['not-started', 'step', NO_LOG],
  [
    'not-started',
    'why',
    /^:arrow_forward: log-not-started is running: 0 of 1 nodes done; nothing has failed\n/,
  ],
  ['not-started', 'step only:errors', NO_LOG],
  ['not-started', 'step grep:early', /no line with `early`/],
  ['not-started', 'step as:file', NO_LOG],
  ['not-started', 'logs', /No node of this run has started yet/],
];

function questionAbout(run: string, question: string): string {
  const rest = question === 'logs' || question === 'why' ? [] : [question];
  return [question === 'why' ? 'why' : 'logs', `log-${run}`, ...rest].join(' ');
}

describe('a log of', () => {
  it.each(ANSWERS)('%s, asked for %s, is answered safely', async (run, question, said) => {
    const message = await ask(questionAbout(run, question));

    expect(message.text).toMatch(said);
    expectHarmless(message);
  });

  it('a million lines gives its errors and its file by buttons too', async () => {
    const page = await ask('logs log-huge');
    const errors = await world.click(page, 'Errors only');
    const file = await fileOf(async () => world.click(errors, 'As file'));

    expect(buttonsOf(page)).toEqual(['Older', 'Errors only', 'As file', 'Open in PAI', 'Share']);
    expect(linesOf(errors)[0]).toContain('1 error line in the last 2,000 lines');
    expectHarmless(errors);
    expect(file.size).toBeLessThan(3 * MB);
    expect(file.text.trimEnd().split('\n')).toHaveLength(20_000);
    expect(file.text.trimEnd().split('\n').slice(-2)).toEqual([BROKEN.replace('```', "'''"), 'bye']);
  });

  it('a megabyte in one line gives a file of its beginning, without the secret at the cut', async () => {
    const file = await fileOf(() => ask('logs log-wide as:file'));

    expect(file.text.trimEnd().length).toBeLessThanOrEqual(10_000);
    expect(file.text).toContain('token=');
    expectNoSecret(file.text);
  });

  it('binary junk gives a file of text', async () => {
    const file = await fileOf(() => ask('logs log-binary as:file'));

    expect(file.text.split('\n')).toHaveLength(20_001);
    expect(file.text).not.toMatch(STEERING);
  });

  it.each([
    ['logs log-secrets', 'tail:8'],
    ['logs log-secrets', 'before:4'],
    ['why log-secrets', ''],
    ['logs log-secrets', 'grep:Secret'],
  ])('lines with secrets at the cut shows none of them: %s %s', async (question, more) => {
    const message = await ask(`${question} ${more}`);

    expect(message.text).toMatch(/\d+ secrets? hidden/);
    expectHarmless(message);
  });
});

describe('a PAI that ignores how many lines were asked for', () => {
  it.each([
    ['logs log-huge', 'This log is larger than 8 MB, so it was not read.'],
    ['logs log-huge only:errors', 'This log is larger than 8 MB, so it was not read.'],
    ['logs log-huge as:file', 'This log is larger than 8 MB, so it was not read.'],
    ['logs log-huge grep:broke', '1 line with `broke`'],
    ['why log-huge', "PAI's answer is larger than 8 MB, so it was not read"],
  ])('is hung up on after 8 MB, and %s is answered', async (question, said) => {
    await world.slack.setPaiflow({ ignoreLogPageSize: true });
    await world.slack.clearJournal();

    const message = await ask(question);

    expect(message.text).toContain(said);
    expectHarmless(message);
    const calls = await world.slack.journal({ service: 'paiflow', operation: LOGS });
    expect(calls.length).toBeLessThanOrEqual(6);
    // What the connection holds on its way comes on top of what was read.
    for (const { sentBytes = 0 } of calls) expect(sentBytes).toBeLessThan(24 * MB);
  });
});

describe('a PAI with small pages of a log', () => {
  it.each([
    ['logs log-huge only:errors', '1 error line in the last 2,000 lines'],
    ['logs log-huge as:file', 'the last 2,400 of 1,000,000 lines'],
  ])('is asked for a bounded number of them: %s', async (question, said) => {
    await world.slack.setPaiflow({ maxLogPageSize: 100 });
    await world.slack.clearJournal();

    const message = await ask(question);

    expect(message.text).toContain(said);
    // 24 pages, after those that tell how long the log is.
    expect(await world.paiCalls(LOGS)).toBeLessThanOrEqual(26);
  });
});

describe('after all of that', () => {
  it('the bot has taken no more memory than a few answers of PAI need', async () => {
    // One log of 100 MB held whole would be that much as bytes, again as text and again as lines: over 450 MB. What is
    // read before it is text stands outside of the heap, so the heap's end alone does not bound it.
    expect((await peakMb()) - startMb).toBeLessThan(200);
  });

  it('it answers about a small log as before', async () => {
    const message = await ask('why ctr-hourly-eval');

    expect(linesOf(message)[0]).toContain('ctr-hourly-eval failed at `feature_join`: `');
  });
});
