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

  it('is known by both its keys until 2,500 others have come, and no longer', () => {
    const seen = new SeenEvents();
    const isNew = (event: number) => seen.isNew(`Ev${event}`, `C1 ${event}.0`);
    for (let event = 0; event < 2500; event += 1) isNew(event);
    const oneAfter = new SeenEvents();
    for (let event = 0; event <= 2500; event += 1) oneAfter.isNew(`Ev${event}`, `C1 ${event}.0`);

    expect(isNew(0)).toBe(false);
    expect(oneAfter.isNew('Ev0', 'C1 0.0')).toBe(true);
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
