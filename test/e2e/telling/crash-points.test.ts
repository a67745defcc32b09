import { existsSync } from 'node:fs';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, headOf, inScene, type Scene } from './scene.ts';

/*
 * Where a process can be killed, or be cut off, while it tells something: the lines of a crash matrix, each made from
 * outside. Whatever happens, everybody reads one card and each update once and in order. The store is a file; what a
 * database adds (a COMMIT whose answer is lost, a database that is away) has no line here.
 */

const LEASE_MS = 7000;
const HOLD_STORE = 'test/e2e/telling/hold-store.mjs';

/** A run that is watched node by node, its card told. */
async function watched(scene: Scene): Promise<string> {
  await scene.start();
  const run = await scene.aRun('daily');
  await scene.ask('watch daily on:nodes,end');
  await scene.whenSaid(/daily is running/);
  await scene.whenAllIsTold();
  return run;
}

/** The update that is told when the process dies. */
const fitEnds = ({ slack }: Scene, run: string, status = 'Succeeded') =>
  slack.setNode({ run, node: 'fit', status });

/** What is left of the run after the crash. */
async function runFails({ slack }: Scene, run: string, fit = 'succeeded'): Promise<void> {
  if (fit === 'succeeded') await slack.setNode({ run, node: 'export', status: 'Failed' });
  await slack.setRun({ run, status: 'Failed' });
}

/** Waits until nothing is owed any more; one card as it must be at the end, and under it both updates, each once. */
async function expectAllOnce(scene: Scene, fit = 'succeeded'): Promise<void> {
  await scene.whenSaid(/daily failed|daily: node `fit` failed/);
  await eventually('the run failed for everybody', async () =>
    (await repliesOf(scene)).some((head) => head.includes('daily failed')),
  );
  await scene.whenAllIsTold();
  const said = await scene.said();
  const [card] = said;
  expect(said.filter(({ threadTs }) => threadTs === undefined)).toHaveLength(1);
  expect(said.slice(1).every(({ threadTs }) => threadTs === card?.ts)).toBe(true);
  expect(await repliesOf(scene)).toEqual([
    expect.stringContaining(`daily: node \`fit\` ${fit}`),
    expect.stringContaining('daily failed at'),
  ]);
  expect(card && headOf(card)).toContain('daily failed');
}

async function repliesOf(scene: Scene): Promise<string[]> {
  return (await scene.said()).filter(({ threadTs }) => threadTs !== undefined).map(headOf);
}

/** Slack is doing, or holding the answer to, such a call of the living bot. */
const whenHeld = ({ slack }: Scene, operation: string, isPerformed: boolean) =>
  eventually(`Slack holds ${operation}`, async () =>
    (await slack.inFlight()).some(
      (call) => call.operation === operation && call.isPerformed === isPerformed && !call.isCallerGone,
    ),
  );

/** The rest of every case: the bot comes back, the run fails, and all of it is right. */
async function goesOn(scene: Scene, run: string, fit?: string): Promise<void> {
  await scene.slack.clearFaults({});
  await runFails(scene, run, fit);
  await scene.start();
  await expectAllOnce(scene, fit);
}

/** Orders where the store's write stops; see hold-store.mjs. */
const hold = (scene: Scene, order: { point: string; text?: string; without?: string }) =>
  writeFile(join(scene.folder, 'hold'), JSON.stringify(order));

const whenStoreIsHeld = ({ folder }: Scene) =>
  eventually('the write is held', () => existsSync(join(folder, 'held')));

async function killAndRelease(scene: Scene): Promise<void> {
  await scene.end();
  await rm(join(scene.folder, 'hold'));
}

describe.concurrent('killed while it looks and commits', { timeout: 120_000 }, () => {
  it(
    'line 1: before PAI answers',
    inScene({ seed: 101 }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addPaiflowFault({ kind: 'hang', operation: 'ListPipelineRunsStatus' });
      await fitEnds(scene, run);
      await eventually('PAI is asked', async () =>
        (await scene.slack.journal({ operation: 'ListPipelineRunsStatus' })).some(
          ({ outcome }) => outcome === 'hang',
        ),
      );
      await scene.end();

      await goesOn(scene, run);
    }),
  );

  it.each([
    ['lines 2 and 10: while the commit of what it saw is half written', 'write'],
    ['lines 2 and 10: when that is written and not in its place yet', 'rename'],
    ['line 10: when it is in its place and the folder is not synced', 'folder'],
  ])('%s', (_name, point) =>
    inScene({ seed: 102, preload: [HOLD_STORE] }, async (scene) => {
      const run = await watched(scene);
      await hold(scene, { point, text: '"kind":"event"' });
      await fitEnds(scene, run);
      await whenStoreIsHeld(scene);
      await killAndRelease(scene);

      await goesOn(scene, run);
    })(),
  );

  it(
    'line 4: when it is committed and nothing is sent',
    inScene({ seed: 104, preload: [HOLD_STORE] }, async (scene) => {
      const run = await watched(scene);
      await hold(scene, { point: 'rename', text: '"sending"' });
      await fitEnds(scene, run);
      await whenStoreIsHeld(scene);
      expect(await scene.stored()).toContain('"pending"');
      await killAndRelease(scene);

      await goesOn(scene, run);
    }),
  );
});

describe.concurrent('killed while it asks Slack', { timeout: 120_000 }, () => {
  it(
    'line 5: when "sending" is committed and Slack is not asked yet',
    inScene({ seed: 105 }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addPaiflowFault({ kind: 'hang', operation: 'ListPipelineRunNodeLogs' });
      await fitEnds(scene, run, 'Failed');
      await scene.whenStored(/"sending"/);
      await scene.end();
      expect(await repliesOf(scene)).toEqual([]);

      await goesOn(scene, run, 'failed');
    }),
  );

  it(
    'line 6: when the request is on the wire and takes effect after its death',
    inScene({ seed: 106 }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addSlackFault({
        kind: 'slow',
        operation: 'chat.postMessage',
        delayMs: 700,
        count: 1,
      });
      await fitEnds(scene, run);
      await whenHeld(scene, 'chat.postMessage', false);
      await scene.end();
      expect(await repliesOf(scene)).toEqual([]);

      await goesOn(scene, run);
    }),
  );

  it(
    'line 6: when Slack has taken it and the answer is lost',
    inScene({ seed: 107 }, async (scene) => {
      const run = await watched(scene);
      const answer = { kind: 'slow', when: 'after', delayMs: 60_000, count: 1 } as const;
      await scene.slack.addSlackFault({ ...answer, operation: 'chat.postMessage' });
      await fitEnds(scene, run);
      await whenHeld(scene, 'chat.postMessage', true);
      await scene.end();
      expect(await repliesOf(scene)).toHaveLength(1);

      await goesOn(scene, run);
    }),
  );

  it(
    'line 6: when the request never arrives',
    inScene({ seed: 108 }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addSlackFault({ kind: 'hang', operation: 'chat.postMessage', count: 1 });
      await fitEnds(scene, run);
      await whenHeld(scene, 'chat.postMessage', false);
      await scene.end();

      await goesOn(scene, run);
    }),
  );

  it(
    'line 6, of the card: it is looked for, and there is one',
    inScene({ seed: 109 }, async (scene) => {
      const answer = { kind: 'slow', when: 'after', delayMs: 60_000, count: 1 } as const;
      await scene.slack.addSlackFault({ ...answer, operation: 'chat.postMessage' });
      await scene.start();
      const run = await scene.aRun('daily');
      await scene.ask('watch daily on:nodes,end');
      await whenHeld(scene, 'chat.postMessage', true);
      await scene.end();
      await fitEnds(scene, run);

      await goesOn(scene, run);
    }),
  );

  it(
    'line 7: when the answer is read and "sent" is not committed',
    inScene({ seed: 110, preload: [HOLD_STORE] }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addSlackFault({
        kind: 'slow',
        operation: 'chat.postMessage',
        delayMs: 400,
        count: 1,
      });
      await fitEnds(scene, run);
      await whenHeld(scene, 'chat.postMessage', false);
      await hold(scene, { point: 'rename', without: '"sending"' });
      await whenStoreIsHeld(scene);
      expect(await repliesOf(scene)).toHaveLength(1);
      await killAndRelease(scene);

      await goesOn(scene, run);
    }),
  );

  it(
    'line 8: while it looks whether Slack has it',
    inScene({ seed: 111 }, async (scene) => {
      const run = await watched(scene);
      const answer = { kind: 'slow', when: 'after', delayMs: 60_000, count: 1 } as const;
      await scene.slack.addSlackFault({ ...answer, operation: 'chat.postMessage' });
      await scene.slack.addSlackFault({ ...answer, operation: 'conversations.replies' });
      await fitEnds(scene, run);
      await whenHeld(scene, 'chat.postMessage', true);
      await scene.end();
      await scene.start();
      await whenHeld(scene, 'conversations.replies', true);
      await scene.end();

      await goesOn(scene, run);
    }),
  );
});

describe.concurrent('not killed, but', { timeout: 120_000 }, () => {
  it(
    'line 6: cut off from the answer, it finds what Slack has taken',
    inScene({ seed: 112 }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addSlackFault({ kind: 'lost', operation: 'chat.postMessage', count: 1 });
      await fitEnds(scene, run);
      await scene.whenStored(/"unknown"/);
      await runFails(scene, run);

      await expectAllOnce(scene);
    }),
  );

  it(
    'line 9: stopped before it asks Slack until its lease is over, it asks nothing any more and begins anew',
    inScene({ seed: 113, env: { LEASE_MS: String(LEASE_MS) } }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addPaiflowFault({ kind: 'hang', operation: 'ListPipelineRunNodeLogs', count: 1 });
      await fitEnds(scene, run, 'Failed');
      await scene.whenStored(/"sending"/);
      await sleepsThroughItsLease(scene);
      await runFails(scene, run, 'failed');

      await expectAllOnce(scene, 'failed');
    }),
  );

  it(
    'line 9: stopped while Slack answers until its lease is over, it looks before it says it again',
    inScene({ seed: 114, env: { LEASE_MS: String(LEASE_MS) } }, async (scene) => {
      const run = await watched(scene);
      const answer = { kind: 'slow', when: 'after', delayMs: 500, count: 1 } as const;
      await scene.slack.addSlackFault({ ...answer, operation: 'chat.postMessage' });
      await fitEnds(scene, run);
      await whenHeld(scene, 'chat.postMessage', true);
      await sleepsThroughItsLease(scene);
      await runFails(scene, run);

      await expectAllOnce(scene);
    }),
  );

  it(
    'line 11: with a full disk it says nothing, and killed then it says all of it later',
    inScene({ seed: 115, preload: [HOLD_STORE] }, async (scene) => {
      const run = await watched(scene);
      await hold(scene, { point: 'full' });
      await fitEnds(scene, run);
      await eventually('it says so', () => scene.bot().stdout().includes('nothing is posted'));
      expect(await repliesOf(scene)).toEqual([]);
      await killAndRelease(scene);

      await goesOn(scene, run);
    }),
  );

  it(
    'line 12: with a damaged file it looks for what the backup does not know as sent',
    inScene({ seed: 116 }, async (scene) => {
      const run = await watched(scene);
      const file = join(scene.folder, 'data', 'flowbell.json');
      await scene.slack.addSlackFault({
        kind: 'slow',
        operation: 'chat.postMessage',
        delayMs: 400,
        count: 1,
      });
      await fitEnds(scene, run);
      await scene.whenStored(/"sending"/);
      const older = join(scene.folder, 'older.json');
      await copyFile(file, older);
      await scene.whenSaid(/daily: node `fit` succeeded/);
      await scene.whenAllIsTold();
      await scene.end();
      await copyFile(older, `${file}.bak`);
      await writeFile(file, (await readFile(file, 'utf8')).slice(0, -10));

      await goesOn(scene, run);

      expect(scene.bot().stdout()).toContain('its backup was taken');
    }),
  );

  it(
    'line 14: told to end with a post under way, it waits for the answer and ends in order',
    inScene({ seed: 117 }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addSlackFault({
        kind: 'slow',
        operation: 'chat.postMessage',
        delayMs: 500,
        count: 1,
      });
      await fitEnds(scene, run);
      await whenHeld(scene, 'chat.postMessage', false);
      const { exited } = scene.bot();
      await scene.end('SIGTERM');

      expect(await exited).toEqual({ code: 0, signal: null });
      await goesOn(scene, run);
      const journal = await scene.slack.journal({ service: 'slack' });
      expect(journal.filter(({ outcome }) => outcome.startsWith('unheard'))).toEqual([]);
      expect(journal.filter(({ operation }) => operation === 'conversations.replies')).toEqual([]);
    }),
  );

  it(
    'line 15: asked again by Slack what it has saved, it watches once',
    inScene({ seed: 118 }, async (scene) => {
      await scene.start();
      const run = await scene.aRun('daily');
      await scene.slack.addSlackFault({ kind: 'hang', operation: 'chat.postEphemeral', count: 1 });
      await scene.slack.mention({ user: 'U0MEMBER', channel: 'C0ML', text: 'watch daily on:nodes,end' });
      await whenHeld(scene, 'chat.postEphemeral', false);
      await scene.end();
      await scene.start();
      await scene.slack.redeliver();
      await fitEnds(scene, run);
      await scene.whenSaid(/daily: node `fit` succeeded/);
      await runFails(scene, run);

      await expectAllOnce(scene);
      expect((await scene.ask('list')).text.match(/daily/g)).toHaveLength(1);
    }),
  );
});

/** Stops the process for longer than its lease. */
async function sleepsThroughItsLease(scene: Scene): Promise<void> {
  const { pid } = scene.bot();
  process.kill(pid, 'SIGSTOP');
  const until = Date.now() + LEASE_MS + 500;
  await eventually('the lease is over', () => Date.now() > until);
  process.kill(pid, 'SIGCONT');
}
