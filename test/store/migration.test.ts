import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/domain/delivery.ts';
import { loadGeneration, type StoreNotice } from '../../src/store/file/load.ts';
import { openFileStore } from '../../src/store/file/open.ts';
import type { Tables } from '../../src/store/file/tables.ts';
import { runId } from '../helpers/runs.ts';
import { useFolders } from './temporary-folder.ts';
import { at } from './watching.ts';

const createFolder = useFolders();

/** Written by the last Flowbell of schema 1: a card and its failure, and two threads with two and three runs each. */
const SCHEMA_1 = join(import.meta.dirname, 'schema-1.txt');

describe('a file of schema 1', () => {
  let path: string;
  let tables: Tables;

  beforeEach(async () => {
    path = join(createFolder(), 'flowbell.json');
    copyFileSync(SCHEMA_1, path);
    ({
      generation: { tables },
    } = await loadGeneration({ path, now: at(20) }));
  });

  const placeIn = (channel: string) =>
    [...tables.all('places')].find(({ channelId }) => channelId === channel);
  const deliveriesIn = (channel: string): Delivery[] =>
    [...tables.all('deliveries')].filter(({ placeId }) => placeId === placeIn(channel)?.id);

  it('is copied and told, and opened as schema 2 from then on', async () => {
    const notices: StoreNotice[] = [];
    const copyPath = `${path}.v1`;

    for (let start = 0; start < 2; start += 1) {
      const onNotice = (notice: StoreNotice) => notices.push(notice);
      const store = await openFileStore(path, { settleMs: 1000, now: () => at(20), onNotice });
      expect(await store.listWatches({ team: 'T1' })).toHaveLength(7);
      await store.close();
    }

    expect(notices).toEqual([{ kind: 'migrated', from: 1, to: 2, copyPath }]);
    expect(readFileSync(copyPath)).toEqual(readFileSync(SCHEMA_1));
  });

  it('keeps its watches, of which nobody was mentioned', () => {
    expect(tables.count('watches')).toBe(7);
    for (const watch of tables.all('watches')) {
      expect(watch).toMatchObject({ toldAttempt: 0, mentionedAttempt: 0 });
    }
  });

  it('has places that were opened once and show no runs of before', () => {
    expect(tables.count('places')).toBe(3);
    for (const place of tables.all('places')) expect(place).toMatchObject({ openings: 1, ended: [] });
  });

  it('makes what was first said in a place its card, in threads too', () => {
    expect(placeIn('C1')).toMatchObject({ cardTs: '1.1' });
    expect(placeIn('C2')).toMatchObject({ cardTs: '1.2', threadTs: '1700.1' });
    expect(deliveriesIn('C1')[0]).toMatchObject({
      seq: 1,
      facts: { kind: 'opening' },
      state: 'sent',
      deaths: 0,
    });
  });

  it('opens a place once that was to be opened for each of its runs', () => {
    const openings = deliveriesIn('C3').filter(({ facts }) => facts.kind === 'opening');

    expect(openings).toMatchObject([{ seq: 1, state: 'pending' }]);
    expect(placeIn('C3')?.cardTs).toBeUndefined();
    expect(deliveriesIn('C2').map(({ state, facts }) => `${state} ${facts.kind}`)).toEqual([
      'sent opening',
      'pending event',
    ]);
  });

  it('has cards to draw where somebody watches, and nowhere else', async () => {
    const brief = (of: Tables) => of.stalePlaces().map(({ channelId }) => channelId);
    const isOfFirst = (line: string) => line.startsWith('"T1|C1|') && line.includes('"sinceVersion"');
    const lines = readFileSync(SCHEMA_1, 'utf8').split('\n');
    writeFileSync(path, lines.filter((line) => !isOfFirst(line)).join('\n'));

    const { generation } = await loadGeneration({ path, now: at(20) });

    expect(brief(tables)).toEqual(['C1', 'C2']);
    expect(brief(generation.tables)).toEqual(['C2']);
    expect(generation.tables.get('places', placeIn('C1')?.id ?? '')).toMatchObject({ shownVersion: 2 });
  });

  it('still owes what happened', () => {
    expect(deliveriesIn('C1')[1]).toMatchObject({
      state: 'pending',
      facts: {
        kind: 'event',
        run: { runId: runId(1) },
        event: { kind: 'failed', at: at(10), durationMs: 70_000 },
        watchers: ['U1', 'U2'],
        mentions: [],
        isFailureTold: false,
        failures: 0,
      },
    });
  });
});
