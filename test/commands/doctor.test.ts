import { describe, expect, it } from 'vitest';
import { type DoctorPorts, doctor } from '../../src/commands/doctor.ts';
import type { Check, DoctorReport } from '../../src/messages/catalog.ts';
import { aRequest } from '../helpers/ports.ts';

const SLACK: Check = { subject: { kind: 'slack' }, verdict: 'fine' };
const PAI: Check = { subject: { kind: 'pai', label: 'prod' }, verdict: 'fine' };
const NOW = new Date('2026-11-23T03:00:00Z');

function aDoctor(checks: readonly Check[] = [SLACK, PAI]) {
  const recorded: DoctorReport[] = [];
  const ports: DoctorPorts = {
    checks: async () => checks,
    now: () => NOW,
    version: '1.2.3',
    supportCode: () => 'fb-7k2qxy',
    record: (report) => recorded.push(report),
  };
  return { ports, recorded };
}

describe('doctor', () => {
  it('shows the checks and logs them under the code it gives', async () => {
    const { ports, recorded } = aDoctor();

    const shown = await doctor(aRequest('doctor'), ports);

    expect(shown.kind).toBe('shown');
    expect(shown.message.text).toContain('fb-7k2qxy');
    expect(recorded).toEqual([
      {
        checks: [SLACK, PAI],
        readAt: NOW,
        version: '1.2.3',
        isAdmin: false,
        supportCode: 'fb-7k2qxy',
        again: '/pai doctor',
      },
    ]);
  });

  it.each([
    ['a mention', '@flowbell', '@flowbell doctor'],
    ['its own DM', '', 'doctor'],
  ])('knows by %s that it is in the channel', async (_what, commandName, again) => {
    const { ports, recorded } = aDoctor();

    await doctor({ ...aRequest('doctor'), commandName }, ports);

    expect(recorded).toMatchObject([
      { again, checks: [SLACK, PAI, { subject: { kind: 'channel' }, verdict: 'fine' }] },
    ]);
  });

  it('tells an admin’s report from others', async () => {
    const { ports, recorded } = aDoctor();
    const request = aRequest('doctor');
    const admin = { ...request.actor, isAdmin: true };

    await doctor({ ...request, actor: admin }, ports);

    expect(recorded[0]?.isAdmin).toBe(true);
  });

  it('asks for the checks with a deadline', async () => {
    const { ports } = aDoctor();
    const asked: unknown[] = [];

    await doctor(aRequest('doctor'), {
      ...ports,
      checks: async ({ signal }) => {
        asked.push(signal.aborted);
        return [];
      },
    });

    expect(asked).toEqual([false]);
  });
});
