import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { SCOPES } from '../../src/checks/slack.ts';
import { closedPort } from '../helpers/closed-port.ts';

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  sandbox = await startSandbox({ manifest: await manifestWith(Object.keys(SCOPES)) });
  folder = await mkdtemp(join(tmpdir(), 'flowbell-doctor-'));
});
afterAll(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The app as it is, installed with these scopes. */
async function manifestWith(scopes: readonly string[]): Promise<object> {
  const text = await readFile(join(import.meta.dirname, '../../manifest.yml'), 'utf8');
  return { ...parse(text), oauth_config: { scopes: { bot: scopes } } };
}

const NO_KEY = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true', ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true' };

/** Runs what `npm run doctor` runs, with this environment and nothing else: no `.env`, no home of anybody's. */
async function examine(
  env: Record<string, string>,
): Promise<{ code: number | null; lines: string[]; stderr: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../dist/doctor.js')], {
    cwd: folder,
    env: { HOME: folder, ...NO_KEY, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr, lines: stdout.trim().split('\n') };
}

describe('npm run doctor', () => {
  it('finds nothing wrong on the sandbox and exits with 0', async () => {
    const { code, lines } = await examine(sandbox.env);

    expect(code).toBe(0);
    expect(
      lines.map((line) =>
        line
          .split(/\s{2,}/)
          .slice(0, 2)
          .join(' '),
      ),
    ).toEqual([
      'ok settings',
      'ok slack',
      'ok pai cn-hangzhou',
      'ok pai ap-southeast-1',
      'ok clock',
      'ok store',
    ]);
    expect(lines[0]).toMatch(/^ok {4}settings {2,}\d+ read, 0 problems$/);
    expect(lines[2]).toMatch(
      /^ok {4}pai cn-hangzhou {2,}cn-hangzhou as far as the key sees: (answers|\d+ runs? in 24 h)$/,
    );
  });

  it('checks each PAI workspace of the settings by its name', async () => {
    const { code, lines } = await examine({
      ...sandbox.env,
      PAIFLOW_REGIONS: '',
      PAIFLOW_WORKSPACES: 'prod=cn-hangzhou:94801,sg=ap-southeast-1:30211',
    });

    expect(code).toBe(0);
    expect(lines[2]).toMatch(/^ok {4}pai prod {2,}cn-hangzhou 94801: /);
    expect(lines[3]).toMatch(/^ok {4}pai sg {2,}ap-southeast-1 30211: /);
  });

  it('warns of a scope that Flowbell can do without, and exits with 0', async () => {
    const scopes = Object.keys(SCOPES).filter((scope) => scope !== 'groups:history');
    const own = await startSandbox({ manifest: await manifestWith(scopes) });
    const { code, lines } = await examine(own.env);
    await own.stop();

    expect(code).toBe(0);
    expect(lines[2]).toMatch(
      /^warn {2}slack scopes {2,}groups:history is not granted \(it is optional\): a post/,
    );
  });

  it('names each thing that is wrong, what to do about it, and exits with 1', async () => {
    await sandbox.client.addPaiflowFault({ kind: 'forbidden', region: 'ap-southeast-1', message: 'canary' });
    const { code, lines, stderr } = await examine({
      ...sandbox.env,
      SLACK_BOT_TOKEN: 'xoxb-000000000000-wrong',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong',
      PAIFLOW_REGIONS: 'cn-hangzhou,ap-southeast-1',
    });
    await sandbox.client.clearFaults({});

    expect(code).toBe(1);
    expect(stderr).not.toMatch(/\n\s+at /);
    const report = lines.join('\n');
    expect(report).toMatch(/^FAIL\s+slack\s+SLACK_BOT_TOKEN: Slack says invalid_auth$/m);
    expect(report).toMatch(
      /^FAIL\s+pai cn-hangzhou\s+cn-hangzhou as far as the key sees: SignatureDoesNotMatch, RequestId [\w-]+: no key, or PAI does not accept it/m,
    );
    expect(report).toMatch(/^FAIL\s+pai ap-southeast-1\s+.*: (grant paiflow:|no key, or)/m);
    expect(report).not.toContain('canary');
  });

  it('says what cannot be reached', async () => {
    const { code, lines } = await examine({
      ...sandbox.env,
      SLACK_API_URL: `http://127.0.0.1:${await closedPort()}/api/`,
      PAIFLOW_ENDPOINT: `http://127.0.0.1:${await closedPort()}`,
    });

    expect(code).toBe(1);
    expect(lines.join('\n')).toMatch(
      /FAIL\s+slack\s+cannot be reached: network, HTTPS_PROXY or SLACK_API_URL/,
    );
    expect(lines.join('\n')).toMatch(
      /FAIL\s+pai cn-hangzhou\s+cn-hangzhou .*: ECONNREFUSED: cannot be reached/,
    );
  });

  it('does not blame a token for a fault of Slack’s own', async () => {
    await sandbox.client.addSlackFault({
      kind: 'error',
      code: 'internal_error',
      operation: 'apps.connections.open',
    });
    const { lines } = await examine(sandbox.env);
    await sandbox.client.clearFaults({});

    expect(lines.join('\n')).toMatch(/FAIL\s+slack\s+cannot be reached/);
  });

  it('without settings lists what is missing', async () => {
    const { code, lines } = await examine({});

    expect(code).toBe(1);
    expect(lines.map((line) => line.split(/\s+/).slice(0, 3).join(' '))).toEqual([
      'FAIL settings SLACK_BOT_TOKEN',
      'FAIL settings SLACK_APP_TOKEN',
      'FAIL settings ALIBABA_CLOUD_ACCESS_KEY_ID',
    ]);
  });
});
