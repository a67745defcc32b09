import { describe, expect, it } from 'vitest';
import { linesOf, startWorld, type World } from '../helpers/world.ts';

async function inWorld(
  use: (world: World, id: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const world = await startWorld({
    bot: { env: { PAIFLOW_REGIONS: 'cn-hangzhou', PAIFLOW_MAX_RPS: '500', ...env } },
  });
  try {
    await use(world, (await world.slack.runs({ name: 'ctr-daily-train' }))[0]?.id ?? '');
  } finally {
    await world.stop();
  }
}

/** How often the bot's socket was greeted so far. */
async function greetings({ slack }: World): Promise<number> {
  return (await slack.journal({ service: 'socket', operation: 'hello' })).length;
}

/** Does something to the sockets and resolves once one has been greeted after that. */
async function afterwardsConnected(world: World, cut: () => Promise<unknown>): Promise<void> {
  const before = await greetings(world);
  await cut();
  await until(async () => (await greetings(world)) > before);
}

/** How the bot ended; throws if it takes longer than the 10 s a supervisor gives it. */
async function endOf({ bot }: World): Promise<{ code: number | null }> {
  const tooLate = AbortSignal.timeout(10_000);
  return new Promise((resolve, reject) => {
    tooLate.addEventListener('abort', () => reject(new Error('the bot did not end within 10 s')));
    void bot.exited.then(resolve);
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not happen within 10 s');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('SIGTERM', () => {
  it('in the middle of 50 answers lets all 50 arrive and exits with 0 within 10 s', () =>
    inWorld(async (world, id) => {
      await world.slack.setPaiflow({ delayMs: { min: 300, max: 900 } });
      const deeds = await Promise.all(
        Array.from({ length: 50 }, () =>
          world.slack.command({ user: 'U0MEMBER', channel: 'C0ML', text: `status ${id}` }),
        ),
      );
      const before = (await world.slack.messages()).filter(({ via }) => via === 'response_url').length;

      process.kill(world.bot.pid, 'SIGTERM');
      const { code } = await endOf(world);

      expect(before).toBeLessThan(50);
      expect(code).toBe(0);
      const answers = await world.slack.messages();
      for (const deed of deeds) {
        const answer = answers.find(({ interactionId }) => interactionId === deed.interactionId);
        expect(answer && linesOf(answer)[0]).toContain('ctr-daily-train is running');
      }
    }));

  it('while nothing goes on ends the bot', () =>
    inWorld(async (world) => {
      process.kill(world.bot.pid, 'SIGTERM');

      expect((await endOf(world)).code).toBe(0);
    }));

  it('lets an answer arrive within a grace of one second too', () =>
    inWorld(
      async (world, id) => {
        await world.slack.addPaiflowFault({
          kind: 'slow',
          delayMs: 150,
          operation: 'ListPipelineRunsStatus',
        });
        const deed = await world.slack.command({ user: 'U0MEMBER', channel: 'C0ML', text: `status ${id}` });

        process.kill(world.bot.pid, 'SIGTERM');

        expect((await endOf(world)).code).toBe(0);
        const answer = (await world.slack.messages()).find(
          ({ interactionId }) => interactionId === deed.interactionId,
        );
        expect(answer && linesOf(answer)[0]).toContain('ctr-daily-train is running');
      },
      { SHUTDOWN_GRACE_MS: '1000' },
    ));

  it('gives up on answers that outlast SHUTDOWN_GRACE_MS', () =>
    inWorld(
      async (world, id) => {
        await world.slack.addPaiflowFault({ kind: 'hang' });
        await world.slack.command({ user: 'U0MEMBER', channel: 'C0ML', text: `status ${id}` });

        process.kill(world.bot.pid, 'SIGTERM');

        expect((await endOf(world)).code).toBe(0);
        // Had it waited for PAI's silence, the person would have been told of it.
        expect((await world.slack.messages()).filter(({ isBot }) => isBot)).toEqual([]);
      },
      { SHUTDOWN_GRACE_MS: '300' },
    ));
});

describe('the Socket Mode link', () => {
  // The link waits about a second before it comes back from a cut that follows another one.
  it(
    'comes back each of 20 times it is cut, by turns without a word and by request',
    { timeout: 60_000 },
    () =>
      inWorld(async (world, id) => {
        for (let cut = 0; cut < 20; cut += 1) {
          await afterwardsConnected(world, () =>
            world.slack.dropSockets(cut % 2 === 0 ? { mode: 'abrupt' } : { mode: 'disconnect' }),
          );
        }

        expect(linesOf(await world.ask(`status ${id}`))[0]).toContain('ctr-daily-train is running');
      }),
  );

  it('does not storm Slack when it is cut right after every hello', () =>
    inWorld(async (world) => {
      for (let cut = 0; cut < 6; cut += 1) {
        await afterwardsConnected(world, () => world.slack.dropSockets({ mode: 'abrupt' }));
      }

      const opened = (
        await world.slack.journal({ service: 'slack', operation: 'apps.connections.open' })
      ).map(({ at }) => at);
      const gaps = opened.slice(1).map((at, index) => at - (opened[index] ?? at));
      // Jitter takes a quarter at most, so the last gaps are at least this long however fast the machine is.
      expect(Math.min(...gaps.slice(-2))).toBeGreaterThanOrEqual(700);
    }));

  it('comes back although opening fails a few times', () =>
    inWorld(async (world, id) => {
      await afterwardsConnected(world, () => world.slack.dropSockets({ mode: 'refuse', count: 4 }));

      expect(linesOf(await world.ask(`status ${id}`))[0]).toContain('ctr-daily-train is running');
    }));

  it('comes back after Slack was away, and the log says so once', () =>
    inWorld(async (world, id) => {
      await world.slack.dropSockets({ mode: 'down' });

      await afterwardsConnected(world, async () => {
        await until(async () => world.bot.stdout().includes('is lost, reopening'));
        await world.slack.restoreSockets();
      });

      expect(linesOf(await world.ask(`status ${id}`))[0]).toContain('ctr-daily-train is running');
      expect(world.bot.stdout().match(/is lost, reopening/g)).toHaveLength(1);
    }));

  it('survives a revoked app token at run time and comes back once it is good again', () =>
    inWorld(async (world, id) => {
      await afterwardsConnected(world, () =>
        world.slack.dropSockets({ mode: 'refuse', error: 'invalid_auth', count: 3 }),
      );

      expect(linesOf(await world.ask(`status ${id}`))[0]).toContain('ctr-daily-train is running');
    }));

  it('an answer whose question was acknowledged is given although the link is cut meanwhile', () =>
    inWorld(async (world, id) => {
      await world.slack.addPaiflowFault({ kind: 'slow', delayMs: 700, count: 1 });
      const asking = world.ask(`status ${id}`);
      await world.slack.dropSockets({ mode: 'abrupt' });

      expect(linesOf(await asking)[0]).toContain('ctr-daily-train is running');
    }));
});
