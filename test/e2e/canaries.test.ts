import { describe, expect, it } from 'vitest';
import { startBot } from '../../sandbox/bot.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { createApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { createLogger, createRedact } from '../../src/logger.ts';

const RUN = 'flow-canarycanary00001';
const SHARE_TOKEN = 'eyJ0eXAiOiJKV1QiCANARYshareLink.flow-cannotbefound1';
const VENDOR_MESSAGE = 'CANARY-vendor-sentence LTAI5tCANARYsentence0';
const RUN_MESSAGE = 'CANARY-run-message password=hunter2 LTAI5tCANARYrunmessage';
const link = `https://pai.console.aliyun.com/?regionId=cn-hangzhou&workspaceId=94801&mode=noSidebar#/paiflow/pipeline-runs/${RUN}?Token=${SHARE_TOKEN}`;

/** Everything that must not come out anywhere, by what it is. */
function canariesOf(sandbox: Sandbox): Readonly<Record<string, string>> {
  return {
    'bot token': sandbox.env.SLACK_BOT_TOKEN ?? '',
    'app token': sandbox.env.SLACK_APP_TOKEN ?? '',
    'AccessKey secret': sandbox.stsKey.secret,
    'STS token': sandbox.stsKey.securityToken ?? '',
    'share link': SHARE_TOKEN,
    'vendor message': VENDOR_MESSAGE,
    'run message': RUN_MESSAGE,
  };
}

function stsEnvironment({ stsKey }: Sandbox): Record<string, string> {
  return {
    ALIBABA_CLOUD_ACCESS_KEY_ID: stsKey.id,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: stsKey.secret,
    ALIBABA_CLOUD_SECURITY_TOKEN: stsKey.securityToken ?? '',
  };
}

/** Asks in every way that touches a secret: a share link, a failed run with a message, every vendor error. */
async function provoke({ client }: Sandbox): Promise<void> {
  const ask = async (text: string) =>
    client.waitForAnswer(await client.command({ user: 'U0MEMBER', channel: 'C0ML', text }), {
      timeoutMs: 12_000,
    });
  const card = await ask(`status ${link}`);
  await client.waitForAnswer(await client.click({ user: 'U0MEMBER', messageId: card.id, label: 'Share' }));
  await ask(`${link} and Token=${SHARE_TOKEN}`);
  await ask(`explain ${link}`);
  await ask(`statsu ${link}`);
  await ask(`Token=${SHARE_TOKEN}`);
  await ask(link.replace(RUN, ''));
  for (const kind of ['forbidden', 'wrongKey', 'wrongClock'] as const) {
    await client.addPaiflowFault({
      kind,
      message: VENDOR_MESSAGE,
      count: 1,
      operation: 'ListPipelineRunsStatus',
    });
    await ask(`status ${link}`);
    await client.clearFaults({});
  }
  await client.addPaiflowFault({
    kind: 'error',
    status: 400,
    code: 'InvalidParameter',
    message: VENDOR_MESSAGE,
    count: 1,
  });
  await ask(`status ${RUN}`);
}

function found(canaries: Readonly<Record<string, string>>, text: string): string[] {
  return Object.entries(canaries).flatMap(([what, canary]) => (text.includes(canary) ? [what] : []));
}

async function startCanaryWorld(): Promise<Sandbox> {
  const sandbox = await startSandbox();
  await sandbox.client.createRuns({
    runs: [{ name: 'canary', id: RUN, status: 'Failed', message: RUN_MESSAGE }],
  });
  return sandbox;
}

describe('planted secrets', () => {
  it('are in no log line at debug, no stored message and no error, with STS credentials', async () => {
    const sandbox = await startCanaryWorld();
    try {
      const bot = await startBot(sandbox, {
        env: {
          LOG_LEVEL: 'debug',
          PAIFLOW_REGIONS: 'cn-hangzhou',
          SLACK_APP_TOKEN: sandbox.env.SLACK_APP_TOKEN ?? '',
          ...stsEnvironment(sandbox),
        },
      });
      await provoke(sandbox);
      const said = (await sandbox.client.messages({ withDeleted: true })).filter(({ isBot }) => isBot);
      await bot.stop();

      // Each was really in play: the key signed, the vendor's sentence and the run's message were sent.
      const calls = await sandbox.client.journal({ service: 'paiflow' });
      const outcomes = calls.map(({ operation, outcome }) => `${operation} ${outcome}`);
      expect(outcomes).toEqual(
        expect.arrayContaining(['GetPipelineRun ok', 'ListPipelineRunsStatus NoPermission']),
      );
      expect(JSON.stringify(await sandbox.client.runs())).toContain(RUN_MESSAGE);
      expect(said.length).toBeGreaterThan(9);
      expect(bot.stdout().split('\n').length).toBeGreaterThan(50);
      expect(found(canariesOf(sandbox), bot.stdout() + bot.stderr())).toEqual([]);
      expect(found(canariesOf(sandbox), JSON.stringify(said))).toEqual([]);
      expect(found(canariesOf(sandbox), JSON.stringify(await sandbox.client.journal()))).toEqual([]);
    } finally {
      await sandbox.stop();
    }
  });

  it('show with redaction off what a library logs of them, so that the log half above can fail', async () => {
    const sandbox = await startCanaryWorld();
    const lines: string[] = [];
    const config = parseConfig({ ...sandbox.env, LOG_LEVEL: 'debug', PAIFLOW_REGIONS: 'cn-hangzhou' });
    const logger = createLogger({
      level: 'debug',
      redact: (line) => line,
      write: (line) => void lines.push(line),
    });
    const app = createApp(config, { logger });
    // The key chain reads the environment itself; in this process it finds none, which is all this control needs.
    try {
      await app.start();
      const deed = await sandbox.client.command({
        user: 'U0MEMBER',
        channel: 'C0ML',
        text: `status ${link}`,
      });
      await sandbox.client.waitForAnswer(deed, { timeoutMs: 12_000 });

      // Of the others only the redacted places hold any: keys and sentences are never given to the log at all.
      const log = lines.join('');
      expect(found(canariesOf(sandbox), log)).toEqual(['share link']);
      expect(log).toMatch(/hooks[\\/]+commands[\\/]+T/);
      expect(createRedact([])(log)).not.toMatch(/hooks[\\/]+commands[\\/]+T/);
    } finally {
      await app.stop();
      await sandbox.stop();
    }
  });
});
