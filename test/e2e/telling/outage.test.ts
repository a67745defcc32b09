import { describe, expect, it } from 'vitest';
import type { DeedInput } from '../../../sandbox/control-schema.ts';
import { CHANNEL, eventually, headOf, inScene, type Scene } from './scene.ts';

/*
 * PAI gives no answers for longer than a slow minute, or the bot itself is away: cards and the operations channel say
 * since when, once, and once when it is over. The clock of the scene is put forward.
 */

const OPS = 'C0OPS';
const MINUTE = 60_000;
/** PAI is asked again and again for 20 s before a look counts as failed. */
const SPEED = 5;
/** What Slack gets at that speed is still most of a second. */
const PATIENT = { DELIVERY_TIMEOUT_MS: '4000', DELIVERY_SETTLE_MS: '4000', LEASE_MS: '15000' };

type PaiFault = DeedInput<'addPaiflowFault'>;

async function watched(scene: Scene): Promise<string> {
  await scene.slack.addChannel({ channel: OPS, name: 'ops' });
  await scene.start({ OPS_CHANNEL: OPS });
  const run = await scene.aRun('daily');
  await scene.ask('watch daily');
  await scene.whenSaid(/daily is running/);
  await scene.whenAllIsTold();
  return run;
}

/** Lets minutes pass until the operations channel has a line that fits. */
async function passUntilOpsKnow(scene: Scene, pattern: RegExp): Promise<void> {
  await scene.hurry(SPEED);
  await eventually(
    'the operations channel knows',
    async () => {
      if ((await headsAbout(scene, pattern, OPS)).length > 0) return true;
      await scene.putForward(15_000);
      return false;
    },
    { pauseMs: 400 },
  );
  await scene.hurry(1);
}

const cardSays = (scene: Scene, fits: (text: string) => boolean) =>
  eventually('the card says so', async () => (await scene.said()).some(({ text }) => fits(text)));

const headsAbout = async (scene: Scene, pattern: RegExp, channel?: string) =>
  (await scene.heads(channel)).filter((head) => pattern.test(head));

describe.concurrent('PAI', { timeout: 120_000 }, () => {
  it.each<[string, PaiFault, string, string]>([
    ['limits calls', { kind: 'throttle' }, 'PAI is limiting calls', 'limits our calls'],
    ['refuses every call', { kind: 'forbidden' }, 'PAI refuses every call', 'refuses every call'],
    ['cannot be reached', { kind: 'reset' }, "PAI can't be reached", "can't be reached"],
    ['has a fault', { kind: 'http', status: 503 }, 'PAI has a fault of its own', 'has a fault of its own'],
  ])(
    'that %s: the card and the operations channel say so once, and once when it is over',
    (_what, fault, card, ops) =>
      inScene({ seed: 301, hasClock: true, env: PATIENT }, async (scene) => {
        const run = await watched(scene);
        await scene.slack.addPaiflowFault(fault);
        await passUntilOpsKnow(scene, /PAI cn-hangzhou/);
        await cardSays(scene, (text) => text.includes(`Not checked since`) && text.includes(card));
        await scene.end();
        await scene.slack.setRun({ run, status: 'Terminated' });
        await scene.putForward(3 * MINUTE);
        await scene.start({ OPS_CHANNEL: OPS });
        await scene.slack.clearFaults({});
        await scene.whenSaid(/answers again/, OPS);
        await cardSays(
          scene,
          (text) => text.includes('daily was terminated') && !text.includes('Not checked'),
        );
        await scene.whenAllIsTold();

        expect(await scene.heads(OPS)).toEqual([
          expect.stringMatching(new RegExp(`${ops} since ⟨time⟩.*: 1 watch waits`)),
          expect.stringMatching(/PAI cn-hangzhou answers again ⟨time⟩\. 1 update was told late, none lost\./),
        ]);
        const replies = (await scene.said()).filter(({ threadTs }) => threadTs !== undefined);
        expect(replies.map(headOf)).toEqual([expect.stringContaining('daily was terminated')]);
        expect(replies[0]?.text).toContain('told late, I could not look before');
      })(),
  );

  it(
    'that is slow for a minute is nothing to tell',
    inScene({ seed: 305, hasClock: true, env: { LOG_LEVEL: 'debug' } }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addPaiflowFault({ kind: 'http', status: 503 });
      await eventually('a look fails', () =>
        scene.bot().stdout().includes('PAI did not answer as it should'),
      );
      await scene.putForward(MINUTE);
      await scene.slack.setRun({ run, status: 'Failed' });
      await scene.slack.clearFaults({});
      await scene.whenSaid(/daily failed/);
      await scene.whenAllIsTold();

      expect(await scene.said(OPS)).toEqual([]);
      const versions = (await scene.said()).flatMap(({ text, history }) => [
        text,
        ...history.map((each) => each.text),
      ]);
      expect(versions.filter((text) => text.includes('Not checked'))).toEqual([]);
    }),
  );

  it(
    'that is silent in one region is told for that one, on the cards of its runs',
    inScene({ seed: 306, hasClock: true, env: PATIENT }, async (scene) => {
      await watched(scene);
      await scene.aRun('overseas', { region: 'ap-southeast-1', workspaceId: '30211' });
      await scene.ask('watch overseas');
      await scene.whenSaid(/overseas is running/);
      await scene.whenAllIsTold();
      await scene.slack.addPaiflowFault({ kind: 'forbidden', region: 'ap-southeast-1' });
      await passUntilOpsKnow(scene, /PAI ap-southeast-1/);
      await scene.whenAllIsTold();

      const texts = (await scene.said()).filter(({ text }) => text.includes('Not checked since'));
      expect(texts.map(headOf)).toEqual([expect.stringContaining('overseas')]);
      expect(await scene.said(OPS)).toHaveLength(1);
    }),
  );
});

describe.concurrent('the bot itself', { timeout: 120_000 }, () => {
  it(
    'that was away for long says so in one line a channel where something ended, and not again',
    inScene({ seed: 307, hasClock: true }, async (scene) => {
      const failed = await watched(scene);
      const [quiet, other] = ['C0CALM', 'C0OTHER'];
      for (const channel of [quiet, other])
        await scene.slack.addChannel({ channel, name: channel.toLowerCase() });
      const succeeded = await scene.aRun('hourly');
      const elsewhere = await scene.aRun('weekly');
      await scene.aRun('endless');
      await scene.ask('watch hourly');
      await scene.ask('watch weekly', { channel: other });
      await scene.ask('watch endless', { channel: quiet });
      await scene.whenSaid(/endless is running/, quiet);
      await scene.whenSaid(/weekly is running/, other);
      await scene.whenAllIsTold();
      await scene.end();
      await scene.putForward(5 * MINUTE);
      await scene.slack.setRun({ run: failed, status: 'Failed' });
      await scene.slack.setRun({ run: succeeded, status: 'Succeeded' });
      await scene.slack.setRun({ run: elsewhere, status: 'Succeeded' });
      await scene.putForward(5 * MINUTE);
      await scene.start();
      await scene.whenSaid(/I was offline/);
      await scene.whenSaid(/I was offline/, other);
      await scene.whenAllIsTold();
      await scene.end('SIGTERM');
      await scene.start();
      await scene.ask('list');
      await scene.whenAllIsTold();

      expect(await headsAbout(scene, /offline/)).toEqual([
        ':information_source: I was offline ⟨time⟩ to ⟨time⟩. 2 runs ended meanwhile, told in their threads: 1 failed, 1 succeeded.',
      ]);
      expect(await headsAbout(scene, /offline/, other)).toEqual([
        ':information_source: I was offline ⟨time⟩ to ⟨time⟩. 1 run ended meanwhile, told in its thread: 1 succeeded.',
      ]);
      expect(await headsAbout(scene, /offline/, quiet)).toEqual([]);
      expect(await headsAbout(scene, /daily failed/, CHANNEL)).toHaveLength(2);
    }),
  );
});
