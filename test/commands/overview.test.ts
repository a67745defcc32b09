import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import type { Run } from '../../src/domain/run.ts';
import { aRequest, fakePorts, MEMBER } from '../helpers/ports.ts';
import { aNode, aRun, runId } from '../helpers/runs.ts';

/** `fakePorts` thinks that it is 2026-11-23 03:00 UTC. */
function ended(number: number, said: string, at: string): Run {
  const time = new Date(at);
  return aRun({
    runId: runId(number),
    name: `run-${number}`,
    said,
    createdAt: time,
    finishedAt: time,
    modifiedAt: time,
  });
}

async function linesFor(runs: readonly Run[], { utcOffsetMs = 0, ports = fakePorts({ runs }) } = {}) {
  await ports.newcomers.meet(MEMBER.userId);
  const { message } = await answer(aRequest('', { ...MEMBER, utcOffsetMs }), ports);
  return message.text.replaceAll(/<!date\^(\d+)\^[^>]*>/g, '$1').split('\n');
}

const MIDNIGHT_UTC = Date.UTC(2026, 10, 23) / 1000;

describe('the overview', () => {
  it('counts since midnight', async () => {
    const runs = [
      ended(1, 'Succeeded', '2026-11-23T00:30:00Z'),
      ended(2, 'Succeeded', '2026-11-22T23:30:00Z'),
      aRun({ runId: runId(3), name: 'busy', createdAt: new Date('2026-11-20T00:00:00Z') }),
    ];

    expect((await linesFor(runs))[0]).toBe(
      `:white_check_mark: All quiet: 1 running, 1 succeeded, 0 failed since ${MIDNIGHT_UTC}`,
    );
  });

  it('has midnight where the person is', async () => {
    const runs = [
      ended(1, 'Succeeded', '2026-11-22T16:30:00Z'),
      ended(2, 'Succeeded', '2026-11-22T15:30:00Z'),
    ];
    const [head] = await linesFor(runs, { utcOffsetMs: 8 * 3_600_000 });

    expect(head).toContain(`1 succeeded, 0 failed since ${MIDNIGHT_UTC - 8 * 3600}`);
  });

  it('puts failures first, each with its node', async () => {
    const failed = ended(1, 'Failed', '2026-11-23T00:30:00Z');
    const ports = fakePorts({
      runs: [failed, ended(2, 'Succeeded', '2026-11-23T01:00:00Z')],
      nodes: { [failed.runId]: [aNode('join', 'Failed', { finishedAt: new Date(0) })] },
    });
    const lines = await linesFor([], { ports });

    expect(lines[0]).toMatch(/^:x: 1 failed, 0 running, 1 succeeded since/);
    expect(lines[1]).toMatch(/^:x: run-1 failed at `join`/);
    expect(lines.join()).not.toContain('Last failure');
  });

  it('remembers the last failure of an earlier day', async () => {
    const lines = await linesFor([ended(1, 'Failed', '2026-11-20T00:30:00Z')]);

    expect(lines[1]).toMatch(/^Last failure: run-1, /);
  });

  it('tells each person once how to begin', async () => {
    const ports = fakePorts();
    const first = async (userId: string) =>
      (await answer(aRequest('', { ...MEMBER, userId }), ports)).message.text.split('\n')[0];

    expect(await first('U0ONE')).toMatch(/^Flowbell tells you/);
    expect(await first('U0ONE')).toMatch(/^:white_check_mark: All quiet/);
    expect(await first('U0TWO')).toMatch(/^Flowbell tells you/);
  });

  it('tells PAI’s trouble where no region answers', async () => {
    const ports = fakePorts({ failingLists: ['cn-hangzhou'] });

    expect((await linesFor([], { ports }))[0]).toContain('PAI did not answer within 5 s');
  });
});
