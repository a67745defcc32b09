import { startBot } from './bot.ts';
import type { SandboxClient, ShownRun } from './client.ts';
import { readNames } from './names.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { consoleLink, createStory, type Story, StoryFailure } from './story.ts';

const CHANNEL = 'C0ML';

/**
 * One region and one PAI workspace, so that every question is one group and must cost one status call,
 * whatever the bot has learnt about a run before.
 */
const SETTINGS = { PAIFLOW_REGIONS: 'cn-hangzhou', PAIFLOW_WORKSPACE_ID: '94801' };

/** Plays the story against the built bot; 0 when every step showed what it should. */
async function playDemo(): Promise<number> {
  const startedAt = Date.now();
  const sandbox = await startSandbox();
  try {
    const bot = await startBot(sandbox, { env: SETTINGS });
    try {
      const story = createStory(sandbox.client, await readNames(sandbox.client), console.log);
      await playStory(sandbox, story);
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      const calls = `${story.statusCalls} PAIFlow status calls`;
      console.log(`${story.messages} answers, ${calls}, 3 runs, 2 languages, ${seconds} s: all as expected`);
      return 0;
    } finally {
      await bot.stop();
    }
  } catch (error) {
    if (!(error instanceof StoryFailure)) throw error;
    console.error(`\n${error.message}`);
    return 1;
  } finally {
    await sandbox.stop();
  }
}

async function playStory({ client }: Sandbox, story: Story): Promise<void> {
  const runs = await prepareRuns(client);
  const [train] = runs;
  const ids = runs.map((run) => run.id);
  story.tell('Three runs are in flight in PAI:');
  for (const run of runs) story.tell(`    ${run.name.padEnd(16)} ${run.id}  ${nowIn(run)}`);

  story.tell('\n@member pastes a console link and two ids in #ml-nightly:');
  const pasted = `status ${consoleLink(train)} ${ids.slice(1).join(' ')}`;
  story.tell(`    /pai ${pasted}\n`);
  const list = await story.act(
    'asking for three runs',
    () => client.command({ user: 'U0MEMBER', channel: CHANNEL, text: pasted }),
    {
      words: [...runs.map((run) => run.name), '3 running', '[Refresh]', '[Share]'],
      ids,
      visibleTo: 'U0MEMBER',
      statusCalls: 1,
      idsAsked: 3,
    },
  );

  await client.setNode({ run: train.id, node: 'feature_join', status: 'Failed' });
  await client.setRun({ run: train.id, status: 'Failed', message: 'Table not found - ctr_prod.user_stat_d' });
  story.tell(`In PAI the node feature_join of ${train.name} fails. @member presses [Refresh]:\n`);
  await story.act(
    'refreshing after the failure',
    () => client.click({ user: 'U0MEMBER', messageId: list.id, label: 'Refresh' }),
    {
      words: [...runs.map((run) => run.name), '1 failed', '2 running', 'feature_join'],
      ids,
      visibleTo: 'U0MEMBER',
      statusCalls: 1,
      idsAsked: 3,
    },
  );

  story.tell(`@member asks about that one:\n    /pai status ${train.id}\n`);
  await story.act(
    'asking for the failed run',
    () => client.command({ user: 'U0MEMBER', channel: CHANNEL, text: `status ${train.id}` }),
    {
      words: [train.name, 'failed at `feature_join`', '[Share]'],
      ids: [train.id],
      visibleTo: 'U0MEMBER',
      statusCalls: 1,
      idsAsked: 1,
    },
  );

  story.tell(`@owner, whose Slack is in Chinese, asks the same:\n    /pai status ${train.id}\n`);
  const card = await story.act(
    'asking in Chinese',
    () => client.command({ user: 'U0OWNER', channel: CHANNEL, text: `status ${train.id}` }),
    {
      words: [train.name, '失败于 `feature_join`', '[刷新]', '[分享]'],
      ids: [train.id],
      visibleTo: 'U0OWNER',
      statusCalls: 1,
      idsAsked: 1,
    },
  );

  story.tell('@owner presses [分享], and the whole channel sees it:\n');
  await story.act(
    'sharing with the channel',
    () => client.click({ user: 'U0OWNER', messageId: card.id, label: '分享' }),
    {
      words: [train.name, '失败于 `feature_join`', '@owner'],
      ids: [train.id],
      visibleTo: undefined,
      statusCalls: 1,
      idsAsked: 1,
    },
  );
}

/** The seeded runs of the story; geo-sync is made anew in the story's region. */
async function prepareRuns(client: SandboxClient): Promise<readonly [ShownRun, ShownRun, ShownRun]> {
  await client.deleteRun({ run: 'geo-sync', isForgotten: true });
  const nodes = [
    { name: 'export', status: 'Succeeded' },
    { name: 'copy', status: 'Running' },
    { name: 'verify' },
  ];
  const [geo] = await client.createRuns({ runs: [{ name: 'geo-sync', nodes }] });
  const [train] = await client.runs({ name: 'ctr-daily-train' });
  const [embedding] = await client.runs({ name: 'item-embedding' });
  if (train === undefined || embedding === undefined || geo === undefined)
    throw new Error('the seed lacks a run');
  return [train, embedding, geo];
}

function nowIn(run: ShownRun): string {
  return run.nodes
    .filter((node) => node.status === 'Running')
    .map((node) => node.name)
    .join(', ');
}

process.exitCode = await playDemo();
