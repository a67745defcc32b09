import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesKeyOf, seriesNameOf } from '../../src/domain/series.ts';
import { aRun, runId } from '../helpers/runs.ts';

describe('seriesNameOf', () => {
  it.each([
    ['ctr-daily-train', 'ctr-daily-train', 'nothing to leave out'],
    ['ctr-daily-train-20261123', 'ctr-daily-train', 'a date'],
    ['ctr-daily-train (2)', 'ctr-daily-train', 'a copy'],
    ['ctr-daily-train(2)', 'ctr-daily-train', 'a copy without space'],
    ['ctr-daily-train（2）', 'ctr-daily-train', 'a copy in full-width brackets'],
    ['ctr_daily_2026-11-23_003', 'ctr_daily', 'a date and a number'],
    ['20261123-ctr', 'ctr', 'a date in front'],
    ['ctr20261123', 'ctr', 'a date glued to the name'],
    ['训练2026年11月23日', '训练', 'a Chinese date'],
    ['ctr 2026-11-23T03:04:00Z full', 'ctr full', 'a time in the middle'],
    ['run #12', 'run', 'a number sign'],
    ['ctr (new)', 'ctr (new)', 'brackets around words'],
    ['ctr_v2', 'ctr_v2', 'a version tells pipelines apart'],
    ['item2vec-24h', 'item2vec-24h', 'digits of a word'],
    ['20261123', '20261123', 'only digits stay'],
    ['---', '---', 'only separators stay'],
  ])('calls %j %j: %s', (name, series) => {
    expect(seriesNameOf(aRun({ name }))).toBe(series);
  });

  it('calls a run without a name by its id', () => {
    expect(seriesNameOf(aRun({ name: undefined }))).toBe(runId(1));
    expect(seriesNameOf(aRun({ name: '  ' }))).toBe(runId(1));
  });

  it('is never empty', () => {
    const name = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('a', '1', '-', '_', ' ', '(', ')', '2026') }),
    );
    fc.assert(
      fc.property(name, (given) => {
        expect(seriesNameOf(aRun({ name: given }))).not.toBe('');
      }),
    );
  });
});

describe('seriesKeyOf', () => {
  const key = (facts: Parameters<typeof aRun>[0]) => seriesKeyOf(aRun(facts));

  it('ties the runs of one source, whatever they are called', () => {
    const source = { sourceType: 'DESIGNER', sourceId: 'experiment-1' };

    expect(key({ ...source, name: 'a', pipelineId: 'p1' })).toBe(
      key({ ...source, name: 'b', pipelineId: 'p2' }),
    );
    expect(key({ ...source, sourceId: 'experiment-2' })).not.toBe(key(source));
    expect(key({ ...source, sourceType: 'SDK' })).not.toBe(key(source));
  });

  it.each([
    [{ sourceType: 'UNKNOWN', sourceId: 'x' }],
    [{ sourceType: 'unknown', sourceId: 'x' }],
    [{ sourceType: 'SDK', sourceId: '' }],
    [{ sourceType: 'SDK', sourceId: 'UNKNOWN' }],
    [{ sourceId: 'x' }],
  ])('goes by the pipeline where the source is %j', (source) => {
    expect(key({ ...source, pipelineId: 'p1', name: 'a' })).toBe(key({ pipelineId: 'p1', name: 'b' }));
    expect(key({ ...source, pipelineId: 'p1' })).not.toBe(key({ pipelineId: 'p2' }));
  });

  it('goes by the name without dates and numbers where PAI tells nothing else', () => {
    expect(key({ name: 'ctr-20261123' })).toBe(key({ name: 'ctr-20261124' }));
    expect(key({ name: 'ctr-20261123' })).not.toBe(key({ name: 'item-20261123' }));
  });

  it('never ties runs of two regions or PAI workspaces', () => {
    const keys = [{}, { region: 'cn-beijing' }, { workspaceId: '1' }, { workspaceId: '2' }].map(key);

    expect(new Set(keys).size).toBe(4);
  });

  it('does not take a pipeline for a name', () => {
    expect(key({ pipelineId: 'ctr', name: 'x' })).not.toBe(key({ name: 'ctr' }));
  });
});
