import { App, LogLevel } from '@slack/bolt';
import { createBarePaiflow } from './bare-paiflow.ts';

/**
 * The peer of `/pai status`: a Bolt app as its documents show one, in Socket Mode, with nothing around it. It makes the
 * calls Flowbell makes for one run, in the same order and equally many at once, with bare fetch, reads the answers
 * with JSON.parse, looks at nothing and posts a fixed sentence. No time-outs, no retries, no checks, no card.
 */

// biome-ignore lint/style/noProcessEnv: a program of its own, started with the environment Flowbell gets.
const env = process.env;
const SLACK_API = env.SLACK_API_URL ?? '';
const askPaiflow = createBarePaiflow(env);

const app = new App({
  token: env.SLACK_BOT_TOKEN ?? '',
  appToken: env.SLACK_APP_TOKEN ?? '',
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: SLACK_API },
});

app.command('/pai', async ({ command, ack }) => {
  const runId = /flow-[a-z0-9]+/.exec(command.text)?.[0] ?? '';
  await Promise.all([ack(), readUser(command.user_id)]);
  const listed = (await askPaiflow({
    action: 'ListPipelineRunsStatus',
    path: '',
    body: JSON.stringify({ PipelineRuns: [runId] }),
  })) as { readonly PipelineRuns: readonly { readonly NodeId: string }[] };
  await Promise.all([
    askPaiflow({ action: 'GetPipelineRun', path: `/${runId}` }),
    askPaiflow({
      action: 'ListPipelineRunNodeStatus',
      path: `/${runId}/nodes/${listed.PipelineRuns[0]?.NodeId}/status`,
      query: 'Depth=99',
    }),
  ]);
  await fetch(command.response_url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'The run was asked about.' }),
  });
});

await app.start();

async function readUser(userId: string): Promise<unknown> {
  const response = await fetch(`${SLACK_API}users.info`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.SLACK_BOT_TOKEN}` },
    body: new URLSearchParams({ user: userId, include_locale: 'true' }),
  });
  return JSON.parse(await response.text());
}
