import { describe, expect, it } from 'vitest';
import type { PaiFailure } from '../../src/commands/pai-failure.ts';
import type { Outage } from '../../src/domain/outage.ts';
import type { RegionReport } from '../../src/jobs/poll-runs.ts';
import { OutageWatch } from '../../src/jobs/watch-outages.ts';
import { paiError } from '../helpers/pai-error.ts';
import { minute } from './snapshots.ts';

const REGION = 'cn-hangzhou';
const OPS = { team: 'T0', channelId: 'C0OPS', locale: 'en' } as const;

const answered = (region = REGION, more: Partial<RegionReport> = {}): RegionReport => ({
  ...{ region, answered: 3, failed: 0, changed: 0 },
  ...more,
});
const silent = (
  failure: PaiFailure | undefined = paiError('throttled', 'Throttling.User'),
  region = REGION,
) => ({
  ...{ region, answered: 0, failed: 3, changed: 0 },
  failure,
});

function stage({ known = [] }: { readonly known?: readonly string[] } = {}) {
  const there = new Set(known);
  const begun: Outage[] = [];
  const ended: { region: string; late: number }[] = [];
  const told: unknown[] = [];
  const watch = new OutageWatch({
    store: {
      async beginOutage(outage, { tell }) {
        if (there.has(outage.region)) return false;
        there.add(outage.region);
        begun.push(outage);
        told.push(tell);
        return true;
      },
      async endOutage(region, { tell, late }) {
        if (!there.delete(region)) return false;
        ended.push({ region, late });
        told.push(tell);
        return true;
      },
      listOutages: async () => [],
    },
    tell: OPS,
  });
  return { watch, begun, ended, told };
}

describe('a region that PAI gives no answers for', () => {
  it('has an outage once that has lasted for two minutes, since its first silent tick', async () => {
    const { watch, begun, told } = stage();

    expect(await watch.take([silent()], minute(0))).toBe(false);
    expect(await watch.take([silent()], minute(1.99))).toBe(false);
    expect(await watch.take([silent()], minute(2))).toBe(true);

    expect(begun).toEqual([{ region: REGION, kind: 'throttled', code: 'Throttling.User', since: minute(0) }]);
    expect(told).toEqual([OPS]);
  });

  it('is told of once, however long it lasts', async () => {
    const { watch, begun } = stage();

    for (const at of [0, 2, 3, 500]) await watch.take([silent()], minute(at));

    expect(begun).toHaveLength(1);
  });

  it('has none where PAI answered in between', async () => {
    const { watch, begun } = stage();

    await watch.take([silent()], minute(0));
    await watch.take([answered()], minute(1));
    await watch.take([silent()], minute(2));
    await watch.take([silent()], minute(3.9));

    expect(begun).toEqual([]);
  });

  it('has none while PAI answers for some of its runs', async () => {
    const { watch, begun } = stage();

    for (const at of [0, 2, 4]) await watch.take([answered(REGION, { answered: 1, failed: 99 })], minute(at));

    expect(begun).toEqual([]);
  });

  it('is not thought to answer again because nothing of it was asked', async () => {
    const { watch, begun } = stage();

    await watch.take([silent()], minute(0));
    await watch.take([], minute(1));
    await watch.take([silent()], minute(2));

    expect(begun).toHaveLength(1);
  });

  it('has an outage of its own', async () => {
    const { watch, begun } = stage();

    for (const at of [0, 2]) await watch.take([silent(), answered('cn-beijing')], minute(at));

    expect(begun.map(({ region }) => region)).toEqual([REGION]);
  });
});

describe('an outage', () => {
  it('is over with the first answer, and tells what was owed because of it', async () => {
    const { watch, ended, told } = stage();
    for (const at of [0, 2]) await watch.take([silent()], minute(at));

    expect(await watch.take([answered(REGION, { changed: 4 })], minute(5))).toBe(true);
    expect(await watch.take([answered(REGION, { changed: 1 })], minute(6))).toBe(false);

    expect(ended).toEqual([{ region: REGION, late: 4 }]);
    expect(told).toEqual([OPS, OPS]);
  });

  it('that a process before this one knew of ends too', async () => {
    const { watch, ended } = stage({ known: [REGION] });

    expect(await watch.take([answered()], minute(0))).toBe(true);

    expect(ended).toHaveLength(1);
  });

  it.each([
    ['throttled', 'throttled'],
    ['network', 'network'],
    ['forbidden', 'forbidden'],
    ['wrong-key', 'wrong-key'],
    ['wrong-clock', 'wrong-clock'],
    ['junk', 'junk'],
    ['timeout', 'timeout'],
    ['aborted', 'timeout'],
    ['unavailable', 'unavailable'],
    ['too-large', 'unavailable'],
    ['refused', 'unavailable'],
    [undefined, 'unavailable'],
  ] as const)('of calls that fail as %s is %s', async (failure, kind) => {
    const { watch, begun } = stage();
    const report = { ...silent(), failure: failure && paiError(failure) };

    for (const at of [0, 2]) await watch.take([report], minute(at));

    expect(begun[0]?.kind).toBe(kind);
  });
});
