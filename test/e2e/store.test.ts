import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bot, startBot } from '../../sandbox/bot.ts';
import type { StoredMessage } from '../../sandbox/client.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { linesOf } from '../helpers/world.ts';

/*
 * The bot's store as whoever runs it meets it: killed, damaged, taken, full. Each case has a folder and a channel of
 * its own.
 */

const FAST = {
  POLL_CRON: '* * * * * *',
  POLL_INTERVAL_MS: '1000',
  DELIVERY_TIMEOUT_MS: '2000',
  DELIVERY_SETTLE_MS: '2000',
  LEASE_MS: '8000',
};

let sandbox: Sandbox;
let folder: string;
let channel: string;
const bots: Bot[] = [];
let count = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 44 });
});
afterAll(() => sandbox.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowbell-e2e-store-'));
  count += 1;
  channel = `C0STORE${count}`;
  await sandbox.client.addChannel({ channel, name: `store-${count}` });
});
afterEach(async () => {
  for (const bot of bots.splice(0)) await bot.stop('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<Bot> {
  const bot = await startBot(sandbox, { cwd: folder, env: { ...FAST, ...env } });
  bots.push(bot);
  return bot;
}

async function startRefused(env: Readonly<Record<string, string>> = {}): Promise<string> {
  return start(env).then(
    () => 'it started',
    (error: unknown) => String(error),
  );
}

async function ask(text: string): Promise<StoredMessage> {
  const { interactionId } = await sandbox.client.command({ user: 'U0MEMBER', channel, text });
  return sandbox.client.waitForMessage(({ text }) => !text.startsWith('Asking'), {
    interactionId,
    timeoutMs: 10_000,
  });
}

async function makeRun(name: string): Promise<string> {
  const nodes = [{ name: 'feature_join', status: 'Running' }, { name: 'train' }];
  const [run] = await sandbox.client.createRuns({ runs: [{ name, status: 'Running', nodes }] });
  if (run === undefined) throw new Error('the sandbox made no run');
  return run.id;
}

/** Everything that everybody in the channel sees, first lines, oldest first; replies after `> `. */
async function told(): Promise<string[]> {
  const messages = await sandbox.client.messages({ channel });
  return messages.flatMap((each) => {
    if (each.visibleTo !== undefined) return [];
    return [`${each.threadTs === undefined ? '' : '> '}${linesOf(each)[0] ?? ''}`];
  });
}

const whenTold = (pattern: RegExp) =>
  expect.poll(told, { timeout: 15_000, interval: 50 }).toContainEqual(expect.stringMatching(pattern));

const dataFile = () => join(folder, 'data', 'flowbell.json');

describe('a bot that is killed', () => {
  it('goes on where it was: what happened meanwhile is told in the thread of the watch, once', async () => {
    const bot = await start();
    const run = await makeRun('killed-run');
    await ask('watch killed-run');
    await whenTold(/^:\S+ killed-run is running/);
    // Until then a message is of unknown fate, and said again.
    await expect.poll(() => readFile(dataFile(), 'utf8')).toContain('"sent"');
    await bot.stop('SIGKILL');
    await sandbox.client.setRun({ run, status: 'Failed' });

    await start();
    await whenTold(/^> .*killed-run failed/);

    const said = await told();
    expect(said.filter((line) => /^> .*killed-run failed/.test(line))).toHaveLength(1);
    expect(said.filter((line) => !line.startsWith('>'))).toHaveLength(1);
    expect((await ask('list')).text).toContain('killed-run');
  });

  it('says again what it was saying when it was killed, once that has had time to show', async () => {
    await sandbox.client.addSlackFault({ kind: 'hang', operation: 'chat.postMessage', channel, count: 1 });
    const bot = await start();
    await makeRun('hung-run');
    await ask('watch hung-run');
    await expect.poll(async () => readFile(dataFile(), 'utf8'), { timeout: 10_000 }).toContain('"sending"');
    await bot.stop('SIGKILL');

    await start();

    await whenTold(/^:\S+ hung-run is running/);
  });
});

describe('a second bot on the same file', () => {
  it('is refused at once, and told who has it', async () => {
    const first = await start();

    const refusal = await startRefused();

    expect(refusal).toContain('exited with code 75');
    expect(refusal).toContain(String(first.pid));
  });

  it('starts at once after the first was killed', async () => {
    const first = await start();
    await first.stop('SIGKILL');

    await expect(start()).resolves.toMatchObject({ pid: expect.any(Number) });
  });
});

describe('a store file that is not in order', () => {
  async function startWith(content: string, backup?: string): Promise<string> {
    await mkdir(join(folder, 'data'));
    await writeFile(dataFile(), content);
    if (backup !== undefined) await writeFile(`${dataFile()}.bak`, backup);
    const refusal = await startRefused();
    expect(await readFile(dataFile(), 'utf8')).toBe(content);
    return refusal;
  }

  it.each([
    ['is cut', '{"format":"flowbell","schema":1,"rev', 65],
    ['is empty', '', 65],
    ['holds null', 'null', 65],
    ['is something else', '{"name":"flowbell","version":"0.1.0"}', 65],
    ['was written by a later version', '{"format":"flowbell","schema":99,"rev":1,"data":{}}', 65],
  ])('and %s is left as it is, with the way out and exit code 65', async (_what, content, code) => {
    const refusal = await startWith(content);

    expect(refusal).toContain(`exited with code ${code}`);
    expect(refusal).toMatch(/Flowbell cannot start: .*flowbell\.json/);
    expect(refusal).toMatch(/npm run store|move it away|Start that version/);
  });

  it('but has a good backup is replaced by that, and the log says so', async () => {
    const bot = await start();
    await makeRun('backed-run');
    await ask('watch backed-run');
    await whenTold(/^:\S+ backed-run is running/);
    await bot.stop('SIGKILL');
    await writeFile(dataFile(), '{"format":"flow');

    const again = await start();

    expect(again.stdout()).toContain('its backup was taken');
    expect((await ask('list')).text).toContain('backed-run');
  });

  it('because its folder is none is refused with exit code 73', async () => {
    await writeFile(join(folder, 'data'), 'a file where the folder should be');

    expect(await startRefused()).toContain('exited with code 73');
  });
});

describe('a full disk', () => {
  const FILLER = 'filler';
  let disk: string;
  beforeEach(async () => {
    disk = join(folder, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
  });
  afterEach(() => {
    for (const bot of bots) process.kill(bot.pid, 'SIGKILL');
    execFileSync('umount', ['--lazy', disk]);
  });

  /** Fills the disk to its last byte. */
  const fill = () => writeFile(join(disk, FILLER), Buffer.alloc(1024 * 1024)).catch(() => undefined);
  const makeRoom = () => rm(join(disk, FILLER));

  it('changes nothing, posts nothing, loses nothing, and all goes on once there is room', {
    timeout: 60_000,
  }, async () => {
    const bot = await start({ DATA_FILE: join(disk, 'flowbell.json') });
    const run = await makeRun('full-run');
    await makeRun('other-run');
    await ask('watch full-run');
    await whenTold(/^:\S+ full-run is running/);

    await fill();
    const refused = await ask('watch other-run');
    await sandbox.client.setRun({ run, status: 'Failed' });
    await expect.poll(() => bot.stdout()).toContain('nothing is posted');
    const whileFull = await told();
    const doctor = await ask('doctor');
    const status = await ask('status other-run');
    await makeRoom();
    await whenTold(/^> .*full-run failed/);

    expect(refused.text).toContain("I can't save right now");
    expect(whileFull.filter((line) => /failed|other-run/.test(line))).toEqual([]);
    expect(doctor.text).toMatch(/store.*read-only|cannot be written/is);
    expect(status.text).toContain('other-run is running');
    expect((await ask('list')).text).not.toContain('other-run');
    await ask('watch other-run');
    await whenTold(/^:\S+ other-run is running/);
  });
});

describe('health', () => {
  it('tells over HTTP that the loop turns, that all is ready, and what was counted', async () => {
    const bot = await start();
    await expect.poll(() => bot.stdout()).toContain('Flowbell is ready');
    const [, address = ''] = /"http":"([^"]+)"/.exec(bot.stdout()) ?? [];
    const get = async (path: string) => {
      const response = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(5000) });
      return { status: response.status, body: await response.text() };
    };
    await makeRun('counted-run');
    await ask('watch counted-run');
    await whenTold(/^:\S+ counted-run is running/);

    expect(await get('/livez')).toEqual({ status: 200, body: 'ok\n' });
    expect(await get('/readyz')).toEqual({ status: 200, body: 'store ok\nslack link open\n' });
    const metrics = async () => (await get('/metrics')).body;
    await expect.poll(metrics, { timeout: 10_000 }).toMatch(/^flowbell_posts_total\{result="sent"\} 1$/m);
    const body = await metrics();
    expect(body).toMatch(/^flowbell_runs_watched 1$/m);
    expect(body).not.toMatch(/flow-|U0MEMBER|C0STORE/);
  });

  it('names the setting of a port that is taken', async () => {
    const port = new URL(sandbox.slackUrl).port;

    const refusal = await startRefused({ HTTP_PORT: port });

    expect(refusal).toContain('exited with code 78');
    expect(refusal).toContain(`HTTP_PORT ${port} is taken`);
  });
});
