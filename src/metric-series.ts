import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EventKind } from './domain/event.ts';
import type { PaiflowErrorKind } from './paiflow/errors.ts';

/** The registry's names begin so; units are base units and counters end in `_total`. */
export const PREFIX = 'flowbell_';
/** PAI's names of its operations. */
export const OPERATIONS = [
  'ListPipelineRunsStatus',
  'ListPipelineRuns',
  'GetPipelineRun',
  'ListPipelineRunNodeStatus',
  'ListPipelineRunNodeLogs',
  'ListPipelineRunNodeOutputs',
  'other',
] as const;

const OUTCOMES = namesOf<'answered' | PaiflowErrorKind>({
  answered: true,
  throttled: true,
  'not-found': true,
  forbidden: true,
  'wrong-key': true,
  'wrong-clock': true,
  refused: true,
  unavailable: true,
  junk: true,
  'too-large': true,
  timeout: true,
  network: true,
  aborted: true,
});

const EVENTS = namesOf<EventKind>({
  started: true,
  'node-failed': true,
  'node-succeeded': true,
  succeeded: true,
  failed: true,
  terminated: true,
  skipped: true,
  suspended: true,
  rerun: true,
  deleted: true,
  lost: true,
  paused: true,
});

/** Our words for what came of a post, in the labels' spelling. */
export const POSTS = { sent: 'sent', 'not-sent': 'not_sent', unknown: 'unknown', refused: 'parked' } as const;

/** What looking for an earlier copy brings, in the labels' spelling. */
export const SIGHTINGS = {
  seen: 'found',
  'not-seen': 'missing',
  'may-not-look': 'not_allowed',
  failed: 'failed',
} as const;

const REASONS = [
  'message',
  'sender_died',
  'cannot_be_rendered',
  'nobody_may_hear',
  'not_in_settings',
  'who_watches_is_unknown',
] as const;

/** Why something was parked: a reason of ours, else that Slack refused the message. */
export function reasonOf(error: string): (typeof REASONS)[number] {
  return REASONS.find((reason) => reason === error) ?? 'message';
}

/** What is counted when it happens. All series are at zero, so that a rate can be told from the first event on. */
export function createSeries(register: Registry, jobs: readonly string[]) {
  const registers = [register];
  function counter<Label extends string>(name: string, help: string, labels: Labels<Label>): Counter<Label> {
    const made = new Counter({ name: `${PREFIX}${name}`, help, registers, labelNames: keysOf(labels) });
    for (const each of combinationsOf(labels)) made.inc(each, 0);
    return made;
  }
  const jobSeconds = new Histogram({
    name: `${PREFIX}job_duration_seconds`,
    help: 'How long a run of a job took, failed ones too',
    labelNames: ['job'],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60],
    registers,
  });
  for (const job of jobs) jobSeconds.zero({ job });
  const commitSeconds = new Histogram({
    name: `${PREFIX}store_commit_seconds`,
    help: 'How long a write of the store took until it was durable',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  const deliverySeconds = new Histogram({
    name: `${PREFIX}delivery_seconds`,
    help: 'How long something was owed until Slack had it',
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 3600],
    registers,
  });

  return {
    jobSeconds,
    commitSeconds,
    jobFailures: counter('job_failures_total', 'Runs of a job that failed or were given up', { job: jobs }),
    missed: counter('cron_missed_total', 'Ticks that came while the process was too busy', { job: jobs }),
    overlapped: counter('cron_overlapped_total', 'Ticks that came during the run before', { job: jobs }),
    polls: counter('polls_total', 'Looks at a watched run', { result: ['found', 'missing', 'failed'] }),
    events: counter('events_total', 'What happened to watched runs', { kind: EVENTS }),
    paiCalls: counter('pai_calls_total', 'Attempts to call PAI', {
      operation: OPERATIONS,
      outcome: OUTCOMES,
    }),
    posts: counter('posts_total', 'Attempts to say what was owed', { result: Object.values(POSTS) }),
    edits: counter('card_edits_total', 'Attempts to edit a card', { result: Object.values(POSTS) }),
    sightings: counter('reconcile_total', 'Looks for a message of unknown fate', {
      result: Object.values(SIGHTINGS),
    }),
    healed: counter('duplicates_healed_total', 'Second copies of a message that were deleted', {}),
    parked: counter('parked_total', 'What was owed and will never be told', { reason: REASONS }),
    deliverySeconds,
    leasesLost: counter('leases_lost_total', 'Leases that were over before the work was', {
      lease: ['run', 'channel'],
    }),
  };
}

/** What is looked at when somebody asks. */
export function createGauges(register: Registry) {
  const registers = [register];
  const gauge = (name: string, help: string) => new Gauge({ name: `${PREFIX}${name}`, help, registers });
  return {
    pollLag: gauge('poll_lag_seconds', 'How late the watched run is that has waited longest'),
    runs: gauge('runs_watched', 'Runs that somebody watches'),
    watches: gauge('watches', 'Wishes to hear of a run'),
    waiting: gauge('deliveries_waiting', 'What is owed and not said, in open channels'),
    held: gauge('deliveries_held', 'What waits for channels that Slack has closed'),
    pausedChannels: gauge('channels_paused', 'Channels that Slack has closed to Flowbell'),
    staleCards: gauge('cards_stale', 'Cards that Slack shows as they were before'),
    oldest: gauge('deliveries_oldest_seconds', 'How long the oldest of it has waited'),
    storeBytes: gauge('store_bytes', 'Size of the store'),
    storeReadOnly: gauge('store_readonly', '1 while the store cannot be written'),
    linkOpen: gauge('slack_link_open', '1 while Slack can reach Flowbell'),
  };
}

type Labels<Label extends string> = Readonly<Record<Label, readonly string[]>>;

/** Every combination of the values, one for no labels at all. */
function combinationsOf<Label extends string>(labels: Labels<Label>): Partial<Record<Label, string>>[] {
  let combinations: Partial<Record<Label, string>>[] = [{}];
  for (const label of keysOf(labels))
    combinations = combinations.flatMap((each) =>
      labels[label].map((value) => ({ ...each, [label]: value })),
    );
  return combinations;
}

/** The names of a union, which the compiler keeps whole. */
function namesOf<Name extends string>(all: Readonly<Record<Name, true>>): readonly Name[] {
  return keysOf(all);
}

/** The keys of an object literal, which has no others. */
function keysOf<Key extends string>(object: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(object) as Key[];
}
