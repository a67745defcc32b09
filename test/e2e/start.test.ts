import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { closedPort } from '../helpers/closed-port.ts';

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  folder = await mkdtemp(join(tmpdir(), 'flowbell-start-'));
});
afterAll(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

const NO_KEY = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true', ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true' };

/** Starts the compiled bot with this environment and nothing else, and waits for its end. */
async function start(
  env: Record<string, string>,
): Promise<{ code: number | null; stderr: string; stdout: string }> {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, '../../dist/main.js')], {
    cwd: folder,
    env: { HOME: folder, ...NO_KEY, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr, stdout };
}

const noStack = /\n\s+at /;

describe('npm start', () => {
  it('without settings names every missing one and where to get it, and exits with 78', async () => {
    const { code, stderr } = await start({});

    expect(code).toBe(78);
    expect(stderr).toMatch(/3 settings need attention/);
    expect(stderr).toMatch(/SLACK_BOT_TOKEN .*"OAuth & Permissions"/);
    expect(stderr).toMatch(/SLACK_APP_TOKEN .*"App-Level Tokens"/);
    expect(stderr).toMatch(/ALIBABA_CLOUD_ACCESS_KEY_ID .*RAM console/);
    expect(stderr).toContain('npm run demo');
    expect(stderr).not.toMatch(noStack);
  });

  it('with bad settings names all of them at once, without their values, and exits with 78', async () => {
    const { code, stderr } = await start({
      SLACK_BOT_TOKEN: 'xapp-canary-swapped',
      SLACK_APP_TOKEN: 'xoxb-canary-swapped',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIcanary123456',
      PAIFLOW_MAX_RPS: 'fast',
      PAIFLOW_REGIOS: 'cn-hangzhou',
    });

    expect(code).toBe(78);
    expect(stderr).toMatch(/5 settings need attention/);
    for (const name of [
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
      'PAIFLOW_MAX_RPS',
      'PAIFLOW_REGIOS',
    ]) {
      expect(stderr).toContain(name);
    }
    expect(stderr).not.toContain('canary');
    expect(stderr).not.toMatch(noStack);
  });

  it('with tokens that Slack refuses names both and exits with 77', async () => {
    const { code, stderr, stdout } = await start({
      ...sandbox.env,
      SLACK_BOT_TOKEN: 'xoxb-000000000000-wrong',
      SLACK_APP_TOKEN: 'xapp-1-A0-000000000000-wrong',
    });

    expect(code).toBe(77);
    expect(stderr).toMatch(/SLACK_BOT_TOKEN: Slack says invalid_auth\. Copy it anew/);
    expect(stderr).toMatch(/SLACK_APP_TOKEN: Slack says invalid_auth\. Make a new one/);
    expect(stderr + stdout).not.toMatch(noStack);
  });

  it('with only the app token refused names that one and exits with 77', async () => {
    const { code, stderr } = await start({ ...sandbox.env, SLACK_APP_TOKEN: 'xapp-1-A0-000000000000-wrong' });

    expect(code).toBe(77);
    expect(stderr).toContain('SLACK_APP_TOKEN');
    expect(stderr).not.toContain('SLACK_BOT_TOKEN');
  });

  it('with a dead Slack says what to look at and exits with 69', async () => {
    const { code, stderr, stdout } = await start({
      ...sandbox.env,
      SLACK_API_URL: `http://127.0.0.1:${await closedPort()}/api/`,
    });

    expect(code).toBe(69);
    expect(stderr).toMatch(
      /Slack cannot be reached \(ECONNREFUSED\)\. Look at the network, HTTPS_PROXY and SLACK_API_URL/,
    );
    expect(stderr + stdout).not.toMatch(noStack);
  });

  it('with a Slack that hangs says so too, in bounded time', async () => {
    await sandbox.client.addSlackFault({ kind: 'hang', operation: 'auth.test' });
    const { code } = await start(sandbox.env);
    await sandbox.client.clearFaults({});

    expect(code).toBe(69);
  });

  it('does not blame a token for a fault of Slack’s own', async () => {
    await sandbox.client.addSlackFault({ kind: 'error', code: 'internal_error', operation: 'auth.test' });
    const { code, stderr } = await start(sandbox.env);
    await sandbox.client.clearFaults({});

    expect(code).toBe(69);
    expect(stderr).not.toContain('SLACK_BOT_TOKEN');
  });

  it('with a .env that is no file says so and exits with 78', async () => {
    await mkdir(join(folder, '.env'));
    try {
      const { code, stderr } = await start(sandbox.env);

      expect(code).toBe(78);
      expect(stderr).toMatch(/\.env is there but cannot be read as a file/);
      expect(stderr).not.toMatch(noStack);
    } finally {
      await rm(join(folder, '.env'), { recursive: true });
    }
  });

  it('reads .env in its folder, and what is set already wins', async () => {
    await writeFile(join(folder, '.env'), 'SLACK_BOT_TOKEN=xoxb-from-the-file\nLOCALE=klingon\n');
    try {
      const { code, stderr } = await start({
        SLACK_APP_TOKEN: 'xapp-1-A0-123456',
        ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIx',
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'x',
        LOCALE: 'de',
        // Empty counts as unset, so the file's value stands.
        SLACK_BOT_TOKEN: '',
      });

      expect(code).toBe(78);
      expect(stderr).toMatch(/one setting needs attention\.\n\n {2}LOCALE must be en or zh/);
    } finally {
      await rm(join(folder, '.env'));
    }
  });
});
