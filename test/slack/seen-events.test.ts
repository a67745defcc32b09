import { describe, expect, it } from 'vitest';
import { SeenEvents } from '../../src/slack/seen-events.ts';

describe('an event', () => {
  it('is new once, whichever of its keys comes again', () => {
    const seen = new SeenEvents();

    expect(seen.isNew('Ev1', 'C1 1.0')).toBe(true);
    expect(seen.isNew('Ev1', 'C1 2.0')).toBe(false);
    expect(seen.isNew('Ev2', 'C1 1.0')).toBe(false);
    expect(seen.isNew('Ev3', 'C1 3.0')).toBe(true);
  });

  it('is forgotten once enough others came after it was last seen', () => {
    const seen = new SeenEvents(2);
    seen.isNew('Ev1');
    seen.isNew('Ev2');
    seen.isNew('Ev1');
    seen.isNew('Ev3');

    expect(seen.isNew('Ev1')).toBe(false);
    expect(seen.isNew('Ev2')).toBe(true);
  });
});
