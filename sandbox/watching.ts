import { setTimeout as pause } from 'node:timers/promises';
import type { SandboxClient, ShownRun, StoredMessage } from './client.ts';
import type { Place } from './expected.ts';
import { JOIN_LOG, TABLE_NOT_FOUND } from './morning.ts';
import { type Story, StoryFailure } from './story.ts';

const CHANNEL = 'C0ML';
const WATCHER = 'U0MEMBER';
const CHINESE_READER = 'U0OWNER';
const IN_DM: Place = { channel: 'D00OWNER', audience: 'everybody' };

/** What a signed link in a log of this chapter carries; nobody in Slack may see it. */
export const LINK_SECRETS = ['LTAI5tSANDBOXKEYSANDBOX1', 'c2FuZGJveC1zaWduYXR1cmU'] as const;
const LINK_EXPIRED = 'PermissionError: the signed link of cells.parquet has expired';
const COPY_LOG = [
  'copying geo/cells.parquet',
  `source https://geo-sg.oss-ap-southeast-1.aliyuncs.com/cells.parquet?OSSAccessKeyId=${LINK_SECRETS[0]}&Signature=${LINK_SECRETS[1]}`,
  LINK_EXPIRED,
];
const METRICS = '{"auc":0.934,"logloss":0.201}';

const MINUTE = 60_000;
/** A run that lasted half a minute more or less shows the same minutes. */
const SPARE_MS = 15_000;

/** What the chapter goes on with. */
interface Chapter {
  readonly client: SandboxClient;
  readonly story: Story;
  /** It fails and is rerun. */
  readonly hourly: ShownRun;
  /** It succeeds. */
  readonly profile: ShownRun;
  /** Watched by somebody else. */
  readonly backfill: ShownRun;
}

/** How a team is told what becomes of two runs, and a colleague of another language of a third. */
export async function playWatching(client: SandboxClient, story: Story): Promise<void> {
  const chapter = { client, story, ...(await startCast(client)) };
  const card = await watchTwo(chapter);
  await seeProgress(chapter, card);
  await seeFailure(chapter, card);
  await seeSuccess(chapter, card);
  await seeRerun(chapter, card);
  await watchInChinese(chapter);
}

async function watchTwo({ client, story, hourly, profile }: Chapter): Promise<StoredMessage> {
  const text = `both by noon, please: ${hourly.id} ${profile.id}`;
  const { messageTs = '' } = await client.say({ user: 'U0ADMIN', channel: CHANNEL, text });
  story.tell(`@admin writes in #ml-nightly: ${text}`);
  story.tell('@member picks "Watch pipeline runs" from that message\'s menu:');
  return story.see({
    name: 'using the shortcut to watch',
    by: WATCHER,
    deed: (user) => client.shortcut({ user, channel: CHANNEL, messageTs, callbackId: 'watch_runs' }),
    shows: [
      {
        words: ['You watch 2 of 2 runs in the thread', hourly.name, profile.name],
        runs: [hourly, profile],
        place: { channel: CHANNEL, audience: 'who asked' },
      },
      {
        words: ['2 runs watched here: 2 running', hourly.name, profile.name, 'Watched by @member'],
        runs: [hourly, profile],
        place: { channel: CHANNEL, threadTs: messageTs, audience: 'everybody' },
        isCard: true,
      },
    ],
  });
}

async function seeProgress(chapter: Chapter, card: StoredMessage): Promise<void> {
  const { client, story, hourly, profile } = chapter;
  story.tell(`In PAI, sql_read of ${hourly.name} ends and feature_join begins.`);
  await story.see({
    name: 'a node that ends',
    by: WATCHER,
    deed: async () => {
      await client.setNode({ run: hourly.id, node: 'feature_join', status: 'Running', logs: JOIN_LOG });
      return client.setNode({ run: hourly.id, node: 'sql_read', status: 'Succeeded' });
    },
    shows: [
      {
        words: [`${hourly.name} running 1 of 3 nodes`],
        runs: [hourly, profile],
        place: placeOf(card),
        replaces: card,
        isCard: true,
      },
    ],
  });
}

async function seeFailure({ client, story, hourly }: Chapter, card: StoredMessage): Promise<void> {
  story.tell(`In PAI, feature_join of ${hourly.name} fails, and the run with it.`);
  await story.see({
    name: 'a run that fails',
    by: WATCHER,
    deed: async () => {
      await waitForLook(client);
      return client.setRun({ run: hourly.id, status: 'Failed', message: 'feature_join failed' });
    },
    shows: [
      {
        words: [
          `${hourly.name} failed at \`feature_join\`: \`${TABLE_NOT_FOUND}\``,
          '1 of 3 nodes done, 1 skipped because of `feature_join`',
          'Last 4 lines, 1 secret hidden',
          'token=•••',
          'Watched by @member',
        ],
        runs: [hourly],
        place: placeOf(card),
        mentions: [WATCHER],
      },
    ],
  });
}

async function seeSuccess({ client, story, hourly, profile }: Chapter, card: StoredMessage): Promise<void> {
  story.tell(`In PAI, ${profile.name} succeeds.`);
  await story.see({
    name: 'a run that succeeds',
    by: WATCHER,
    deed: () => client.setRun({ run: profile.id, status: 'Succeeded' }),
    shows: [
      {
        words: [
          `${profile.name} succeeded`,
          'all 3 nodes',
          '`auc` 0.934',
          '`logloss` 0.201',
          'Watched by @member',
        ],
        runs: [profile],
        place: placeOf(card),
        mentions: [WATCHER],
      },
      {
        words: [`${hourly.name} failed at \`feature_join\` · today`, `${profile.name} succeeded · today`],
        runs: [hourly, profile],
        place: placeOf(card),
        replaces: card,
        isCard: true,
      },
    ],
  });
}

async function seeRerun({ client, story, hourly, profile }: Chapter, card: StoredMessage): Promise<void> {
  story.tell(`Somebody makes the table, and in PAI runs ${hourly.name} again.`);
  await story.see({
    name: 'a rerun',
    by: WATCHER,
    deed: () => client.setRun({ run: hourly.id, rerun: true }),
    shows: [
      {
        words: [`${hourly.name} was rerun`, 'attempt 2'],
        runs: [hourly],
        place: placeOf(card),
      },
    ],
  });
  story.tell('This time it comes through.');
  await story.see({
    name: 'the end of the rerun',
    by: WATCHER,
    deed: () => client.setRun({ run: hourly.id, status: 'Succeeded' }),
    shows: [
      {
        words: [`${hourly.name} succeeded`, 'attempt 2'],
        runs: [hourly],
        place: placeOf(card),
        mentions: [WATCHER],
      },
      {
        words: [`${hourly.name} succeeded · today`, `${profile.name} succeeded · today`],
        runs: [hourly, profile],
        place: placeOf(card),
        replaces: card,
        isCard: true,
      },
    ],
  });
}

async function watchInChinese({ client, story, backfill }: Chapter): Promise<void> {
  story.tell(`@owner, whose Slack is in Chinese, writes to the bot: 关注 ${backfill.name}`);
  const card = await story.see({
    name: 'watching in Chinese',
    by: CHINESE_READER,
    deed: (user) => client.dm({ user, text: `关注 ${backfill.name}` }),
    shows: [
      { words: [`你已在这里关注 ${backfill.name} ：失败、结束或重跑时通知`], runs: [backfill], place: IN_DM },
      {
        words: [`${backfill.name} 运行中：已完成 1/3 个节点`, '@owner 正在关注'],
        runs: [backfill],
        place: IN_DM,
        isCard: true,
      },
    ],
  });
  story.tell(`In PAI, copy of ${backfill.name} fails, and the run with it.`);
  await story.see({
    name: 'a failure told in Chinese',
    by: CHINESE_READER,
    deed: async () => {
      await waitForLook(client);
      return client.setRun({ run: backfill.id, status: 'Failed', message: 'copy failed' });
    },
    shows: [
      {
        words: [
          `${backfill.name} 失败于 \`copy\` ：\`${LINK_EXPIRED}\``,
          '最后 3 行，已隐藏 2 处密钥',
          '@owner 正在关注',
        ],
        runs: [backfill],
        place: { ...IN_DM, threadTs: card.ts },
        mentions: [CHINESE_READER],
      },
      {
        words: [`${backfill.name} 失败于 \`copy\``, '运行 12 分钟后'],
        runs: [backfill],
        place: IN_DM,
        replaces: card,
        isCard: true,
      },
    ],
  });
}

/** Where what is told beside a card stands. */
function placeOf({ channel, threadTs }: StoredMessage): Place {
  return { channel, audience: 'everybody', ...(threadTs !== undefined && { threadTs }) };
}

/** A look is over when PAI has not been asked for so long, and the next one is not near until so much later. */
const OVER_MS = 150;
const NEAR_MS = 400;
const PATIENCE_MS = 10_000;

/**
 * Waits until the bot has looked once more, and will not look again at once. A look asks for runs and for nodes in two
 * calls, and what happens between them is rightly told in two messages; a story tells the same each time.
 */
async function waitForLook(client: SandboxClient): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const before = (await client.journal({ service: 'paiflow' })).at(-1)?.seq ?? 0;
  while (Date.now() < deadline) {
    const calls = await client.journal({ service: 'paiflow', after: before });
    const hasLooked = calls.some(({ operation }) => operation === 'ListPipelineRunsStatus');
    const sinceMs = Date.now() - (calls.at(-1)?.at ?? 0);
    if (hasLooked && sinceMs >= OVER_MS && sinceMs <= NEAR_MS) return;
    await pause(25);
  }
  throw new StoryFailure('while runs are watched: expected the bot to look at them');
}

/** Three runs that began this morning, each the next one of a pipeline that ran before. */
async function startCast(client: SandboxClient): Promise<Pick<Chapter, 'hourly' | 'profile' | 'backfill'>> {
  const [hourly, profile, backfill] = await Promise.all([
    startNext(client, 'ctr-hourly-eval', {
      id: 'flow-q7m2hv4kd9ta1xnz3e',
      startedAgoMs: 9 * MINUTE - SPARE_MS,
      nodes: [{ name: 'sql_read', status: 'Running' }, { name: 'feature_join' }, { name: 'evaluate' }],
    }),
    startNext(client, 'user-profile-daily', {
      id: 'flow-b5zt8nwe1yk6cr2o4u',
      startedAgoMs: 41 * MINUTE - SPARE_MS,
      nodes: [
        { name: 'sql_read', status: 'Succeeded' },
        { name: 'train', status: 'Succeeded' },
        { name: 'evaluate', status: 'Running' },
      ],
      outputs: [{ name: 'metrics', type: 'Metrics', node: 'evaluate', value: METRICS }],
    }),
    startNext(client, 'geo-backfill', {
      id: 'flow-x9dp3gj7vs0fm4lqa2',
      startedAgoMs: 12 * MINUTE - SPARE_MS,
      nodes: [
        { name: 'export', status: 'Succeeded' },
        { name: 'copy', status: 'Running', logs: COPY_LOG },
        { name: 'verify' },
      ],
    }),
  ]);
  return { hourly, profile, backfill };
}

type Order = Parameters<SandboxClient['createRuns']>[0];
type NextRun = Omit<NonNullable<Order['runs']>[number], 'name'>;

async function startNext(client: SandboxClient, name: string, given: NextRun): Promise<ShownRun> {
  const [before] = await client.runs({ name });
  if (before === undefined) throw new Error(`the seed lacks ${name}`);
  const { region, workspaceId, pipelineId, sourceId } = before;
  const [run] = await client.createRuns({
    runs: [{ ...given, name, region, workspaceId, pipelineId, sourceId }],
  });
  if (run === undefined) throw new Error(`${name} was not made`);
  return run;
}
