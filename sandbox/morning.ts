import type { SandboxClient, ShownRun } from './client.ts';
import type { Place } from './expected.ts';
import { consoleLink, type Story } from './story.ts';

const CHANNEL = 'C0ML';
const TO_ASKER: Place = { channel: CHANNEL, audience: 'who asked' };
const TO_ALL: Place = { channel: CHANNEL, audience: 'everybody' };

/** What a signed link in a log carries; nobody in Slack may see it. */
export const LOGVIEW_TOKEN = 'c2FuZGJveC1sb2d2aWV3LXRva2VuLWRvLW5vdC1zaG93';
/** Why `feature_join` fails. */
export const TABLE_NOT_FOUND = 'FAILED: ODPS-0130131:[1,15] Table not found - table ctr_prod.user_stat_d';
/** What it wrote. */
export const JOIN_LOG = [
  'reading ctr_prod.user_stat_d',
  `Log view: http://logview.odps.aliyun.com/logview/?p=ctr_prod&i=20261124&token=${LOGVIEW_TOKEN}`,
  TABLE_NOT_FOUND,
  'step ended with exit code 1',
];
const READ_LOG = ['reading ctr_prod.item_d', '1,204,331 rows'];
const TRAIN_LOG = [
  'Traceback (most recent call last):',
  '  File "/ml/join.py", line 41, in <module>',
  '    clicks = row["clicks_7d"]',
  "KeyError: 'clicks_7d'",
];

/** The runs that the story is about, by name. */
type Cast = Readonly<Record<'train' | 'hourly' | 'backfill' | 'embedding' | 'geo' | 'profile', ShownRun>>;

/** A team's morning, told to its end. The people are put into `zone`, where it should be past nine. */
export async function playMorning(client: SandboxClient, story: Story, zone: string): Promise<void> {
  for (const user of ['U0MEMBER', 'U0OWNER', 'U0ADMIN']) await client.setUser({ user, tz: zone });
  const cast = await findCast(client);
  await client.setNode({ run: cast.hourly.id, node: 'feature_join', status: 'Failed', logs: JOIN_LOG });
  await client.setNode({ run: cast.hourly.id, node: 'sql_read', status: 'Succeeded', logs: READ_LOG });
  await askWhatGoesOn(client, story, cast);
  await findTheCause(client, story, cast);
  await askAboutMore(client, story, cast);
  await shareAnAnswer(client, story, cast);
}

async function askWhatGoesOn(client: SandboxClient, story: Story, cast: Cast): Promise<void> {
  const { train, hourly, backfill, embedding, geo } = cast;
  story.tell('It is morning where the team is. @member, who is new, types /pai in #ml-nightly:');
  await story.act({
    name: 'asking what goes on',
    by: 'U0MEMBER',
    deed: (user) => client.command({ user, channel: CHANNEL }),
    words: ['1 failed, 3 running, 2 succeeded since today 00:00', 'prod, dev, sg', hourly.name, geo.name],
    runs: [train, hourly, embedding, geo],
    place: TO_ASKER,
    calls: 10,
  });

  story.tell('@member types /pai status ctr, which could mean several:');
  const choice = await story.act({
    name: 'asking by half a name',
    by: 'U0MEMBER',
    deed: (user) => client.command({ user, channel: CHANNEL, text: 'status ctr' }),
    words: ['`ctr` fits 3 pipelines', '[ctr-daily-train] [ctr-hourly-eval] [ctr-backfill]'],
    runs: [train, hourly, backfill],
    place: TO_ASKER,
    calls: 3,
  });

  story.tell('@member presses [ctr-daily-train]:');
  await story.act({
    name: 'pressing the button of one',
    by: 'U0MEMBER',
    deed: (user) => client.click({ user, messageId: choice.id, label: train.name }),
    words: [`${train.name} is running: 1 of 5 nodes done`, 'prod (cn-hangzhou)', '[Refresh]', '[Share]'],
    runs: [train],
    place: TO_ASKER,
    replaces: choice,
    calls: 3,
  });
}

async function findTheCause(client: SandboxClient, story: Story, { train, hourly }: Cast): Promise<void> {
  await client.setNode({ run: train.id, node: 'feature_join', status: 'Failed', logs: TRAIN_LOG });
  await client.setRun({ run: train.id, status: 'Failed', message: 'KeyError in feature_join' });
  story.tell(`In PAI, feature_join of ${train.name} fails.`);
  story.tell(`@owner, whose Slack is in Chinese, writes to the bot: 为什么 ${train.name}`);
  await story.act({
    name: 'asking why in Chinese',
    by: 'U0OWNER',
    deed: (user) => client.dm({ user, text: `为什么 ${train.name}` }),
    words: [`${train.name} 失败于 \`feature_join\``, "KeyError: 'clicks_7d'", '今天', '最后 4 行', '[日志]'],
    runs: [train],
    place: { channel: 'D00OWNER', audience: 'everybody' },
    calls: 5,
  });

  // Not the run that failed last, so that only the thread can tell which one is meant.
  const text = `this one failed too: ${consoleLink(hourly)}`;
  const { messageTs: threadTs = '' } = await client.say({ user: 'U0ADMIN', channel: CHANNEL, text });
  const place = { ...TO_ALL, threadTs };
  story.tell(`@admin writes in #ml-nightly: ${text}`);
  story.tell('@member replies in that thread: @flowbell why');
  await story.act({
    name: 'asking why in the thread',
    by: 'U0MEMBER',
    deed: (user) => client.mention({ user, channel: CHANNEL, threadTs, text: '@flowbell why' }),
    words: [
      `${hourly.name} failed at \`feature_join\`: \`${TABLE_NOT_FOUND}\``,
      'token=•••',
      '1 secret hidden',
    ],
    runs: [hourly],
    place,
    calls: 4,
  });

  story.tell('@admin asks there what the node before it wrote: @flowbell logs sql_read');
  await story.act({
    name: 'asking for a log in the thread',
    by: 'U0ADMIN',
    deed: (user) => client.mention({ user, channel: CHANNEL, threadTs, text: '@flowbell logs sql_read' }),
    words: [`${hourly.name} › \`sql_read\`: all 2 lines`, '1,204,331 rows', '[As file]'],
    runs: [hourly],
    place,
    calls: 3,
  });
}

async function askAboutMore(client: SandboxClient, story: Story, cast: Cast): Promise<void> {
  const { train, hourly, profile } = cast;
  story.tell('@member types /pai runs failed since:24h:');
  await story.act({
    name: 'asking what failed',
    by: 'U0MEMBER',
    deed: (user) => client.command({ user, channel: CHANNEL, text: 'runs failed since:24h' }),
    words: ['2 runs: failed, since yesterday', train.name, hourly.name, '`status:failed since:24h`'],
    runs: [train, hourly],
    place: TO_ASKER,
    calls: 5,
  });

  story.tell(`@member types /pai outputs ${profile.name}:`);
  await story.act({
    name: 'asking for outputs',
    by: 'U0MEMBER',
    deed: (user) => client.command({ user, channel: CHANNEL, text: `outputs ${profile.name}` }),
    words: [`${profile.name}: 4 outputs`, '`auc` 0.912', '`ctr_features_d`'],
    runs: [profile],
    place: TO_ASKER,
    calls: 5,
  });
}

async function shareAnAnswer(client: SandboxClient, story: Story, { embedding, geo }: Cast): Promise<void> {
  const text = `are ${embedding.id} and ${geo.id} through?`;
  const pasted = await client.say({ user: 'U0ADMIN', channel: CHANNEL, text });
  story.tell(`@admin writes: ${text}`);
  story.tell('@member picks "Check pipeline status" from that message\'s menu:');
  const list = await story.act({
    name: 'using the message shortcut',
    by: 'U0MEMBER',
    deed: (user) =>
      client.shortcut({
        user,
        channel: CHANNEL,
        messageTs: pasted.messageTs,
        callbackId: 'check_status',
      }),
    words: ['2 asked, 2 found: 2 running', embedding.name, geo.name, 'prod', 'sg', '[Share]'],
    runs: [embedding, geo],
    place: TO_ASKER,
    calls: 6,
  });

  story.tell('@member presses [Share]:');
  await story.act({
    name: 'sharing with the channel',
    by: 'U0MEMBER',
    deed: (user) => client.click({ user, messageId: list.id, label: 'Share' }),
    words: ['2 asked, 2 found: 2 running', embedding.name, geo.name, 'Shared by @member'],
    runs: [embedding, geo],
    place: TO_ALL,
    mentions: ['U0MEMBER'],
    calls: 6,
  });
}

/** The newest run of each name that the story uses. */
async function findCast(client: SandboxClient): Promise<Cast> {
  const find = async (name: string): Promise<ShownRun> => {
    const [run] = await client.runs({ name });
    if (run === undefined) throw new Error(`the seed lacks ${name}`);
    return run;
  };
  return {
    train: await find('ctr-daily-train'),
    hourly: await find('ctr-hourly-eval'),
    backfill: await find('ctr-backfill'),
    embedding: await find('item-embedding'),
    geo: await find('geo-sync'),
    profile: await find('user-profile-daily'),
  };
}
