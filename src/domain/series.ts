import type { Run } from './run.ts';

/**
 * Says which runs are one pipeline run again and again: the runs of a series have the same key. PAI confirms of no
 * field that it survives scheduling, so it is the first that is known of SourceType with SourceId, PipelineId, and
 * the name without dates and numbers, each within one region and PAI workspace.
 */
export function seriesKeyOf(run: Run): string {
  return JSON.stringify([run.region, run.workspaceId ?? '', ...originOf(run)]);
}

/**
 * What a series is called: the run's name without dates and numbers, so `ctr-daily` for `ctr-daily-20261123`,
 * `ctr-daily_2026-11-23_003` and `ctr-daily (2)`. Never empty: a name of nothing else stays whole, and a run without
 * a name is called by its id.
 */
export function seriesNameOf(run: Run): string {
  const name = run.name?.trim() ?? '';
  if (name === '') return run.runId;
  const kept = withoutNumbers(name);
  return kept === '' ? name : kept;
}

/** UNKNOWN is a value of SourceType (ListPipelineRuns), not a source. */
export function isKnownSource(source: string | undefined): source is string {
  return source !== undefined && !/^(?:unknown)?$/i.test(source.trim());
}

function originOf(run: Run): readonly string[] {
  const { sourceType, sourceId, pipelineId } = run;
  if (isKnownSource(sourceType) && isKnownSource(sourceId)) return ['source', sourceType, sourceId];
  return isKnownSource(pipelineId) ? ['pipeline', pipelineId] : ['name', seriesNameOf(run)];
}

const SEPARATORS = /([\s_.#:/-]+)/;
/** `003`, `(2)`, `20261123T0304Z`; not `v2` or `24h`, which tell pipelines apart. */
const NUMBER = /^[([（]?\d+(?:T\d+)?Z?[)\]）]?$/i;
/** Dates, times and `(2)` glued to a word, as in `ctr20261123`; shorter digits belong to it, as in `item2vec`. */
const GLUED_NUMBER = /[([（]\d+[)\]）]|\d{4}年\d{1,2}月(?:\d{1,2}[日号])?|\d{6,}/g;

/** A number goes together with what ties it to the word before it. */
function withoutNumbers(name: string): string {
  const pieces = name.split(SEPARATORS);
  let kept = '';
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 1 || NUMBER.test(piece)) continue;
    const word = piece.replace(GLUED_NUMBER, '');
    if (word === '') continue;
    kept += kept === '' ? word : `${pieces[index - 1] ?? ''}${word}`;
  }
  return kept;
}
