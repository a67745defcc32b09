import type { Random } from '../random.ts';
import { newRunSchema } from './run-schema.ts';
import type { RunStore } from './run-store.ts';
import type { PaiRun } from './runs.ts';
import { COPYING, JOINING, OUT_OF_MEMORY, PYTHON_TRACEBACK, TABLE_NOT_FOUND } from './seed-logs.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The other two PAI workspaces; runs without one of them are in 94801 of cn-hangzhou. */
const DEV = { workspaceId: '94802' };
const SG = { region: 'ap-southeast-1', workspaceId: '30211' };

const TABLE_MESSAGE = 'Table not found - ctr_prod.user_stat_d';

const CTR_OUTPUTS = [
  { name: 'metrics', type: 'Metrics', node: 'evaluate', value: '{"auc":0.912,"logloss":0.214}' },
  {
    name: 'model',
    type: 'Model',
    node: 'train',
    value: '{"name":"ctr_lr_20261124","location":{"project":"ctr_prod"}}',
  },
  { name: 'features', type: 'DataSet', node: 'feature_join', value: '{"name":"ctr_features_d"}' },
] as const;
const EVALUATION = {
  name: 'evaluation',
  type: 'ModelEvaluation',
  node: 'evaluate',
  value: '{"name":"ctr_eval_d","location":{"project":"ctr_prod","table":"ctr_eval_d"}}',
} as const;

/** The newest run of each name: three in flight, the others at rest. */
const NEWEST = [
  {
    name: 'ctr-daily-train',
    startedAgoMs: 62 * MINUTE,
    userId: '1557702098194904',
    nodes: [
      { name: 'sql_read', status: 'Succeeded' },
      { name: 'feature_join', status: 'Running', logs: JOINING },
      { name: 'user_stat', status: 'Running', logs: ['counting users', '1,204,331 rows'] },
      { name: 'train' },
      { name: 'evaluate' },
    ],
  },
  {
    name: 'item-embedding',
    startedAgoMs: 22 * MINUTE,
    nodes: [
      { name: 'sql_read', status: 'Succeeded' },
      { name: 'sample', status: 'Succeeded' },
      { name: 'train', status: 'Running' },
      { name: 'evaluate' },
    ],
  },
  {
    ...SG,
    name: 'geo-sync',
    startedAgoMs: 11 * MINUTE,
    nodes: [
      { name: 'export', status: 'Succeeded' },
      { name: 'copy', status: 'Running', logs: COPYING },
      { name: 'verify' },
    ],
  },
  {
    name: 'user-profile-daily',
    status: 'Succeeded',
    startedAgoMs: 130 * MINUTE,
    finishedAgoMs: 83 * MINUTE,
    outputs: [...CTR_OUTPUTS, { ...EVALUATION, id: 'artifact-userprofileeval001' }],
  },
  {
    name: 'ctr-hourly-eval',
    status: 'Failed',
    startedAgoMs: 200 * MINUTE,
    finishedAgoMs: 190 * MINUTE,
    message: TABLE_MESSAGE,
    nodes: [
      { name: 'sql_read', status: 'Succeeded' },
      { name: 'feature_join', status: 'Failed', logs: TABLE_NOT_FOUND },
      { name: 'evaluate', status: 'Skipped' },
    ],
  },
  {
    ...SG,
    name: 'geo-backfill',
    status: 'Terminated',
    startedAgoMs: 300 * MINUTE,
    finishedAgoMs: 269 * MINUTE,
  },
  { name: 'cold-start-trial', status: 'Initialized' },
  { name: 'secret-experiment', accessibility: 'PRIVATE', isVisible: false },
] as const;

/** What the same pipelines did on earlier days, and one that rests since yesterday. */
const EARLIER = [
  {
    name: 'ctr-daily-train',
    status: 'Succeeded',
    startedAgoMs: DAY + 62 * MINUTE,
    finishedAgoMs: DAY + 15 * MINUTE,
    userId: '1557702098194904',
    outputs: [...CTR_OUTPUTS, EVALUATION],
  },
  {
    name: 'ctr-daily-train',
    status: 'Failed',
    startedAgoMs: 2 * DAY + 62 * MINUTE,
    finishedAgoMs: 2 * DAY + 39 * MINUTE,
    userId: '1557702098194904',
    message: 'ValueError in train',
    nodes: [
      { name: 'sql_read', status: 'Succeeded' },
      { name: 'feature_join', status: 'Succeeded' },
      { name: 'user_stat', status: 'Succeeded' },
      { name: 'train', status: 'Failed', logs: PYTHON_TRACEBACK },
      { name: 'evaluate', status: 'Skipped' },
    ],
  },
  {
    name: 'ctr-daily-train',
    status: 'Succeeded',
    startedAgoMs: 3 * DAY + 62 * MINUTE,
    finishedAgoMs: 3 * DAY + 18 * MINUTE,
    userId: '1557702098194904',
    outputs: [CTR_OUTPUTS[0]],
  },
  {
    name: 'ctr-hourly-eval',
    status: 'Succeeded',
    startedAgoMs: 260 * MINUTE,
    finishedAgoMs: 251 * MINUTE,
    nodes: [{ name: 'sql_read' }, { name: 'feature_join' }, { name: 'evaluate' }],
    outputs: [CTR_OUTPUTS[0], EVALUATION],
  },
  {
    // Its failed node has no log at all.
    name: 'ctr-hourly-eval',
    status: 'Failed',
    startedAgoMs: DAY + 200 * MINUTE,
    finishedAgoMs: DAY + 196 * MINUTE,
    nodes: [
      { name: 'sql_read', status: 'Succeeded' },
      { name: 'feature_join', status: 'Succeeded' },
      { name: 'evaluate', status: 'Failed' },
    ],
  },
  {
    ...DEV,
    name: 'ctr-backfill',
    status: 'Failed',
    startedAgoMs: DAY + 4 * HOUR,
    finishedAgoMs: DAY + 2 * HOUR,
    message: 'OOMKilled',
    nodes: [
      { name: 'sql_read', status: 'Succeeded' },
      { name: 'feature_join', status: 'Failed', logMaker: OUT_OF_MEMORY },
      { name: 'user_stat', status: 'Terminated' },
      { name: 'train', status: 'Skipped' },
    ],
  },
  {
    name: 'item-embedding',
    status: 'Succeeded',
    startedAgoMs: DAY + 22 * MINUTE,
    finishedAgoMs: DAY + 4 * MINUTE,
    nodes: [{ name: 'sql_read' }, { name: 'sample' }, { name: 'train' }, { name: 'evaluate' }],
    outputs: [
      {
        name: 'model',
        type: 'Model',
        node: 'train',
        value: '{"name":"item_embedding_20261123","location":{"project":"ctr_prod"}}',
      },
    ],
  },
  {
    name: 'user-profile-daily',
    status: 'Succeeded',
    startedAgoMs: DAY + 130 * MINUTE,
    finishedAgoMs: DAY + 81 * MINUTE,
    outputs: CTR_OUTPUTS,
  },
  {
    ...SG,
    name: 'geo-sync',
    status: 'Succeeded',
    startedAgoMs: DAY + 11 * MINUTE,
    finishedAgoMs: DAY,
    nodes: [{ name: 'export' }, { name: 'copy', logs: COPYING }, { name: 'verify' }],
  },
] as const;

/**
 * Fills a fresh store. The ids are the same for the same seed of the sandbox. Runs of one name are runs of one
 * pipeline; the earlier ones draw their ids from `random`, so that more of them change no id that documents show.
 */
export function seedRuns(runs: RunStore, now: number, random: Random): void {
  const newest = new Map<string, PaiRun>();
  for (const given of NEWEST) newest.set(given.name, runs.create(newRunSchema.parse(given), now));
  for (const given of EARLIER) {
    const series = newest.get(given.name);
    const { pipelineId, sourceId } = series ?? {};
    runs.create(newRunSchema.parse({ ...given, pipelineId, sourceId }), now, random);
  }
}
