import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NAMED_WORKSPACES, startBot } from '../../sandbox/bot.ts';
import { createBotKeeper } from '../../sandbox/bot-keeper.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';

const TYPED_BOT = fileURLToPath(new URL('./fixtures/typed-bot.ts', import.meta.url));
const TINY_BOT = fileURLToPath(new URL('fixtures/tiny-bot.mjs', import.meta.url));

interface Facts {
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly files: readonly string[];
  readonly hasDotEnv: boolean;
}

describe('startBot', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
  });
  afterAll(() => sandbox.stop());

  it('gives the bot the environment of the sandbox and nothing of ours', async () => {
    vi.stubEnv('SLACK_BOT_TOKEN', 'xoxb-inherited');
    vi.stubEnv('DATABASE_URL', 'postgres://inherited');
    const bot = await startBot(sandbox, { entry: [TINY_BOT], env: { LOG_LEVEL: 'debug' } });

    await bot.stop();

    vi.unstubAllEnvs();
    const { env } = JSON.parse(bot.stdout()) as Facts;
    const expected = ['PATH', 'HOME', 'TMPDIR', 'LOG_LEVEL', 'HTTP_PORT', ...Object.keys(sandbox.env)];
    expect(Object.keys(env).sort()).toEqual(expected.sort());
    expect(env.SLACK_BOT_TOKEN).toBe(sandbox.env.SLACK_BOT_TOKEN);
    expect(env.HOME).not.toBe(homedir());
  });

  it('takes away what a test sets to undefined', async () => {
    const plain = await startBot(sandbox, { entry: [TINY_BOT] });
    const named = await startBot(sandbox, { entry: [TINY_BOT], env: NAMED_WORKSPACES });

    await Promise.all([plain.stop(), named.stop()]);

    const [before, after] = [plain, named].map((bot) => (JSON.parse(bot.stdout()) as Facts).env);
    expect(before).toMatchObject({ PAIFLOW_REGIONS: 'cn-hangzhou,ap-southeast-1' });
    expect(before).not.toHaveProperty('PAIFLOW_WORKSPACES');
    expect(after).not.toHaveProperty('PAIFLOW_REGIONS');
    expect(after?.PAIFLOW_WORKSPACES).toMatch(/^prod=cn-hangzhou:94801,/);
  });

  it('does not use a planted .env with real-looking tokens', async () => {
    const planted = await mkdtemp(join(tmpdir(), 'planted-'));
    await writeFile(
      join(planted, '.env'),
      'SLACK_BOT_TOKEN=xoxb-real-looking\nSLACK_APP_TOKEN=xapp-real-looking\n',
    );
    vi.spyOn(process, 'cwd').mockReturnValue(planted);

    const bot = await startBot(sandbox, { entry: [TINY_BOT] });
    await bot.stop();

    vi.restoreAllMocks();
    await rm(planted, { recursive: true });
    const facts = JSON.parse(bot.stdout()) as Facts;
    expect(facts.cwd).not.toBe(planted);
    expect(facts.hasDotEnv).toBe(false);
    expect([...facts.files].sort()).toEqual(['home', 'tmp']);
    expect(JSON.stringify(facts)).not.toContain('real-looking');
  });

  it('removes its fresh folder, and leaves a folder it was given', async () => {
    const given = await mkdtemp(join(tmpdir(), 'given-'));
    const fresh = await startBot(sandbox, { entry: [TINY_BOT] });
    const kept = await startBot(sandbox, { entry: [TINY_BOT], cwd: given });

    await Promise.all([fresh.stop(), kept.stop('SIGKILL')]);

    expect(existsSync(fresh.cwd)).toBe(false);
    expect(existsSync(given)).toBe(true);
    expect(await kept.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await rm(given, { recursive: true });
  });

  it('runs a bot in TypeScript', async () => {
    const entry = ['--import', 'tsx', TYPED_BOT];

    const bot = await startBot(sandbox, { entry });
    await bot.stop();

    expect(bot.stdout()).toBe('typed 3\n');
    expect(await bot.exited).toEqual({ code: 0, signal: null });
  });

  it('tells the last words of a bot that exits before it connects', async () => {
    const start = startBot(sandbox, { entry: [TINY_BOT, '--die'] });

    await expect(start).rejects.toThrow(/exited with code 78[\s\S]*planned death/);
  });
});

describe('createBotKeeper', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
  });
  afterAll(() => sandbox.stop());

  it('ends a bot and starts it again in the same folder, which goes with the session', async () => {
    const onDeath = vi.fn();
    const keeper = await createBotKeeper(sandbox, { entry: [TINY_BOT] }, onDeath);
    const first = await keeper.start();
    const same = await keeper.start();
    const ended = [await keeper.end('SIGKILL'), await keeper.end('SIGTERM')];
    const second = await keeper.start();
    const kept = existsSync(first.cwd);

    await keeper.close();

    expect(same).toBe(first);
    expect(ended).toEqual([true, false]);
    expect(second.pid).not.toBe(first.pid);
    expect([second.cwd, kept, existsSync(first.cwd)]).toEqual([first.cwd, true, false]);
    expect(keeper.bot).toBeUndefined();
    expect(onDeath).not.toHaveBeenCalled();
  });

  it('tells of an end that nobody ordered', async () => {
    const onDeath = vi.fn();
    const keeper = await createBotKeeper(sandbox, { entry: [TINY_BOT] }, onDeath);
    const bot = await keeper.start();

    process.kill(bot.pid, 'SIGTERM');

    await expect.poll(() => onDeath.mock.calls).toEqual([[bot, 0]]);
    expect(keeper.bot).toBeUndefined();
    await keeper.close();
  });
});
