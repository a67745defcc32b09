import { createHash, createHmac, randomUUID } from 'node:crypto';
import { App, LogLevel } from '@slack/bolt';

/**
 * The peer of `/pai status`: a Bolt app as its documents show one, in Socket Mode, with nothing around it. It makes the
 * calls Flowbell makes for one run, in the same order and equally many at once, with bare fetch, reads the answers
 * with JSON.parse, looks at nothing and posts a fixed sentence. No time-outs, no retries, no checks, no card.
 */

// biome-ignore lint/style/noProcessEnv: a program of its own, started with the environment Flowbell gets.
const env = process.env;
const KEY_ID = env.ALIBABA_CLOUD_ACCESS_KEY_ID ?? '';
const KEY_SECRET = env.ALIBABA_CLOUD_ACCESS_KEY_SECRET ?? '';
const SLACK_API = env.SLACK_API_URL ?? '';
const PAIFLOW = `${(env.PAIFLOW_ENDPOINT ?? '').replace('{region}', 'cn-hangzhou')}/api/v1/pipelineruns`;

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

interface Question {
  readonly action: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: string;
}

async function askPaiflow({ action, path, query = '', body = '' }: Question): Promise<unknown> {
  const url = new URL(`${PAIFLOW}${path}${query && `?${query}`}`);
  const method = body === '' ? 'GET' : 'PUT';
  const response = await fetch(url, {
    method,
    headers: sign(method, url, action, body),
    ...(body !== '' && { body }),
  });
  return JSON.parse(await response.text());
}

/** Alibaba Cloud's signature version 3, only as much of it as these three calls need. */
function sign(method: string, url: URL, action: string, body: string): Record<string, string> {
  const headers: Record<string, string> = {
    ...(body !== '' && { 'content-type': 'application/json; charset=utf-8' }),
    host: url.host,
    'x-acs-action': action,
    'x-acs-content-sha256': sha256(body),
    'x-acs-date': `${new Date().toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2021-02-02',
  };
  const names = Object.keys(headers);
  const lines = names.map((name) => `${name}:${headers[name]}`);
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...lines,
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const signature = createHmac('sha256', KEY_SECRET)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  headers.authorization = `ACS3-HMAC-SHA256 Credential=${KEY_ID},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return headers;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
