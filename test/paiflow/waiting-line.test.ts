import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WaitingLine } from '../../src/paiflow/waiting-line.ts';

const QUICK = { isPatient: false };
const PATIENT = { isPatient: true };

function lineOf(quick: number, patient: number): WaitingLine<string> {
  const line = new WaitingLine<string>();
  for (let each = 0; each < patient; each++) line.join(`patient ${each}`, PATIENT);
  for (let each = 0; each < quick; each++) line.join(`quick ${each}`, QUICK);
  return line;
}

function takeAll(line: WaitingLine<string>): string[] {
  return Array.from({ length: line.size }, () => line.takeNext() ?? 'nobody');
}

describe('WaitingLine', () => {
  it('gives nobody where nobody waits', () => {
    expect(new WaitingLine().takeNext()).toBeUndefined();
  });

  it('lets the quick go first, whoever came first', () => {
    expect(takeAll(lineOf(2, 2))).toEqual(['quick 0', 'quick 1', 'patient 0', 'patient 1']);
  });

  it('gives every fifth turn to the patient one that has waited longest', () => {
    const taken = takeAll(lineOf(9, 3));

    expect(taken.map((one) => one.startsWith('patient'))).toEqual([
      ...[false, false, false, false, true],
      ...[false, false, false, false, true],
      ...[false, true],
    ]);
    expect(taken.filter((one) => one.startsWith('patient'))).toEqual(['patient 0', 'patient 1', 'patient 2']);
  });

  it('counts no turn against the quick that nobody patient waited for', () => {
    const line = lineOf(8, 0);
    for (let each = 0; each < 4; each++) line.takeNext();
    line.join('patient', PATIENT);

    expect(takeAll(line)).toEqual(['quick 4', 'quick 5', 'quick 6', 'quick 7', 'patient']);
  });

  it.each([
    ['quick', QUICK],
    ['patient', PATIENT],
  ])('forgets a %s one that leaves, and nobody else when it leaves again', (_, lane) => {
    const line = new WaitingLine<string>();
    line.join('first', lane);
    const leave = line.join('leaving', lane);
    line.join('last', lane);

    leave();
    leave();

    expect(line.size).toBe(2);
    expect(takeAll(line)).toEqual(['first', 'last']);
  });

  it('does nothing where one leaves whose turn has come', () => {
    const line = new WaitingLine<string>();
    const leave = line.join('gone', QUICK);
    line.takeNext();
    line.join('waiting', QUICK);

    leave();

    expect(takeAll(line)).toEqual(['waiting']);
  });

  it('gives everyone who stays one turn, in the order of the lane, and the patient at least every fifth', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('join' as const), isPatient: fc.boolean() }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: fc.nat() }) },
    );

    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const line = new WaitingLine<number>();
        const leaves: (() => void)[] = [];
        const waiting = { quick: [] as number[], patient: [] as number[] };
        let overtaking = 0;

        for (const each of steps) {
          if (each.kind === 'join') {
            waiting[each.isPatient ? 'patient' : 'quick'].push(leaves.length);
            leaves.push(line.join(leaves.length, each));
          } else if (each.kind === 'leave' && leaves.length > 0) {
            const who = each.who % leaves.length;
            leaves[who]?.();
            waiting.quick = waiting.quick.filter((one) => one !== who);
            waiting.patient = waiting.patient.filter((one) => one !== who);
          } else if (each.kind === 'take') {
            const [quick] = waiting.quick;
            const [patient] = waiting.patient;
            const taken = line.takeNext();
            // Who may go at all: the first of a lane, and a patient one early only by its fifth turn.
            if (quick === undefined || patient === undefined) expect(taken).toBe(quick ?? patient);
            else expect(taken).toBe(overtaking === 4 ? patient : quick);
            overtaking = taken === quick && patient !== undefined ? overtaking + 1 : 0;
            waiting.quick = waiting.quick.filter((one) => one !== taken);
            waiting.patient = waiting.patient.filter((one) => one !== taken);
          }
          expect(line.size).toBe(waiting.quick.length + waiting.patient.length);
        }
      }),
    );
  });
});
