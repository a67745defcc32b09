import { newRunSchema } from './run-schema.ts';
import type { RunStore } from './run-store.ts';

const MINUTE = 60_000;
const SG = { region: 'ap-southeast-1', workspaceId: '30211' };

/** The runs that a fresh sandbox shows: three in flight, the others at rest. */
const SEED = [
  {
    name: 'ctr-daily-train',
    startedAgoMs: 62 * MINUTE,
    userId: '1557702098194904',
    nodes: [
      { name: 'sql_read', status: 'Succeeded' },
      {
        name: 'feature_join',
        status: 'Running',
        logs: ['reading ctr_prod.user_stat_d', 'FAILED: Table not found - ctr_prod.user_stat_d'],
      },
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
    nodes: [{ name: 'export', status: 'Succeeded' }, { name: 'copy', status: 'Running' }, { name: 'verify' }],
  },
  {
    name: 'user-profile-daily',
    status: 'Succeeded',
    startedAgoMs: 130 * MINUTE,
    finishedAgoMs: 83 * MINUTE,
    outputs: [
      { name: 'metrics', type: 'Metrics', node: 'evaluate', value: '{"auc":0.912,"logloss":0.214}' },
      {
        name: 'model',
        type: 'Model',
        node: 'train',
        value: '{"name":"ctr_lr_20261124","location":{"project":"ctr_prod"}}',
      },
      { name: 'features', type: 'DataSet', node: 'feature_join', value: '{"name":"ctr_features_d"}' },
    ],
  },
  {
    name: 'ctr-hourly-eval',
    status: 'Failed',
    startedAgoMs: 200 * MINUTE,
    finishedAgoMs: 190 * MINUTE,
    message: 'Table not found - ctr_prod.user_stat_d',
    nodes: [
      { name: 'sql_read', status: 'Succeeded' },
      {
        name: 'feature_join',
        status: 'Failed',
        logs: ['joining', 'FAILED: Table not found - ctr_prod.user_stat_d'],
      },
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

/** Fills a fresh store. The ids are the same for the same seed of the sandbox. */
export function seedRuns(runs: RunStore, now: number): void {
  for (const given of SEED) runs.create(newRunSchema.parse(given), now);
}
