import { describe, expect, it } from 'vitest';
import { isFinal, type Phase, readStatus, WORST_FIRST } from '../../src/domain/status.ts';

describe('readStatus', () => {
  it.each<[said: string, phase: Phase, reason: string]>([
    ['Running', 'running', 'the documented word'],
    ['Starting', 'queued', 'a node waits for its machine'],
    ['WorkflowServiceStarting', 'queued', 'the run waits for its engine'],
    ['ReadyToSchedule', 'queued', 'the run waits for a place'],
    ['Initialized', 'not-started', 'nothing has begun'],
    ['Succeeded', 'succeeded', 'the documented word'],
    ['Succeed', 'succeeded', 'the spelling of one shared schema'],
    ['Failed', 'failed', 'the documented word'],
    ['Terminating', 'terminating', 'somebody is stopping it'],
    ['Terminated', 'terminated', 'somebody stopped it'],
    ['Suspended', 'suspended', 'it waits for a person'],
    ['Skipped', 'skipped', 'a condition was not met'],
    ['Hibernating', 'unknown', 'a word nobody has seen yet'],
    ['running', 'unknown', 'PAI writes words with a capital, so this one is new'],
    ['constructor', 'unknown', 'a word every JavaScript object knows'],
    ['', 'unknown', 'PAI said nothing'],
  ])('reads %j as %s: %s', (said, phase) => {
    expect(readStatus(said)).toEqual({ phase, said });
  });

  it('keeps the word without the spaces around it', () => {
    expect(readStatus(' Failed\n')).toEqual({ phase: 'failed', said: 'Failed' });
  });
});

describe('isFinal', () => {
  it('holds for the phases PAI does not leave by itself', () => {
    expect(WORST_FIRST.filter(isFinal)).toEqual(['failed', 'terminated', 'deleted', 'skipped', 'succeeded']);
  });
});

describe('WORST_FIRST', () => {
  it('names every phase once', () => {
    const phases = {
      running: 0,
      queued: 0,
      'not-started': 0,
      succeeded: 0,
      failed: 0,
      terminating: 0,
      terminated: 0,
      suspended: 0,
      skipped: 0,
      deleted: 0,
      unknown: 0,
    } satisfies Record<Phase, 0>;

    expect(WORST_FIRST.toSorted()).toEqual(Object.keys(phases).toSorted());
  });

  it('begins with failures and ends with successes', () => {
    expect([WORST_FIRST.at(0), WORST_FIRST.at(-1)]).toEqual(['failed', 'succeeded']);
  });
});
