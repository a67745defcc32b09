import { describe, expect, it } from 'vitest';
import { complaints, PAI_FAULTS, type RigOptions, runRig, SLACK_FAULTS } from './rig.ts';

/*
 * The short form of `npm run soak`: the built bot in a process of its own, killed while Slack holds the answers to its
 * posts. The seed of a failure is in its message; `npm run soak -- seeds=N` plays it again at full length.
 */

const SEED = Date.now() % 1000;

const SMALL = {
  seed: SEED,
  channels: 6,
  spreadMs: 15_000,
  slackFaults: SLACK_FAULTS,
  paiFaults: PAI_FAULTS,
  timeoutMs: 150_000,
} satisfies Partial<RigOptions>;

describe.concurrent('what is told of runs', () => {
  it('is told once, in order and with the right cards, whatever Slack loses and whenever the bot is killed', {
    timeout: 200_000,
  }, async () => {
    const report = await runRig({ ...SMALL, runs: 10, kills: 5 });

    console.log(
      `seed ${SEED}: ${report.kills} kills, ${report.killsWhileSending} between sending and sent, ${report.verdict.told} updates`,
    );
    expect(complaints(report), `seed ${SEED}`).toEqual([]);
    expect(report.verdict.told).toBe(40);
    expect(report.killsWhileSending).toBeGreaterThanOrEqual(5);
  });

  it('is seen to be told twice where lost posts may not be looked for, so that the rig would see it', {
    timeout: 200_000,
  }, async () => {
    const without = ['channels:history', 'groups:history'];
    const slackFaults = [{ kind: 'lost', operation: 'chat.postMessage', chance: 0.5 }] as const;

    const { verdict } = await runRig({ ...SMALL, runs: 4, kills: 0, slackFaults, paiFaults: [], without });

    expect(verdict.twice.length, `seed ${SEED}`).toBeGreaterThan(0);
    expect(verdict.lost).toEqual([]);
  });

  it('is seen to be told twice where posts show later than the settle time', {
    timeout: 200_000,
  }, async () => {
    const env = { DELIVERY_TIMEOUT_MS: '100', DELIVERY_SETTLE_MS: '100' };
    const late = { kind: 'late', delayMs: 2500, answer: 'reset' } as const;
    const slackFaults = [{ ...late, operation: 'chat.postMessage', chance: 0.5 }];

    const { verdict } = await runRig({ ...SMALL, runs: 4, kills: 0, slackFaults, paiFaults: [], env });

    expect(verdict.twice.length, `seed ${SEED}`).toBeGreaterThan(0);
    expect(verdict.lost).toEqual([]);
  });
});
