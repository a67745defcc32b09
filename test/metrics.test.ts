import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMetrics, type MetricsLook } from '../src/metrics.ts';

const NOW = new Date('2026-11-23T03:00:00Z');
const JOBS = ['poll-runs', 'deliver'] as const;

const look: MetricsLook = {
  now: () => NOW,
  reportRuns: async () => ({ runs: 0, watches: 0 }),
  reportDeliveries: async () => ({ waiting: 0, held: 0, pausedChannels: 0, parked: 0 }),
  countStaleCards: async () => 0,
  store: () => ({ bytes: 0, isReadOnly: false }),
  isLinkOpen: () => false,
};

/** Our own samples by name and labels; Node's are left out. */
async function samplesOf(metrics: ReturnType<typeof createMetrics>, at: MetricsLook = look) {
  const text = await metrics.scrape(at);
  const lines = text.split('\n').filter((line) => /^flowbell_(?!nodejs_|process_)/.test(line));
  return new Map(
    lines.map((line) => {
      const cut = line.lastIndexOf(' ');
      return [line.slice('flowbell_'.length, cut), Number(line.slice(cut + 1))];
    }),
  );
}

/** Names, kinds and labels of the series. */
async function seriesOf(metrics: ReturnType<typeof createMetrics>) {
  const text = await metrics.scrape(look);
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
    .map(([, name = '', type = '']) => ({ name, type }))
    .filter(({ name }) => !/^flowbell_(nodejs|process)_/.test(name));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('createMetrics', () => {
  it('has every series from the start, all of them at zero', async () => {
    const samples = await samplesOf(createMetrics({ jobs: JOBS }));

    expect([...samples.values()].filter((value) => value !== 0)).toEqual([]);
    const names = [...new Set([...samples.keys()].map((name) => name.split('{')[0]))];
    expect(names.sort()).toEqual([
      'card_edits_total',
      'cards_stale',
      'channels_paused',
      'cron_missed_total',
      'cron_overlapped_total',
      'deliveries_held',
      'deliveries_oldest_seconds',
      'deliveries_waiting',
      'delivery_seconds_bucket',
      'delivery_seconds_count',
      'delivery_seconds_sum',
      'duplicates_healed_total',
      'events_total',
      'job_duration_seconds_bucket',
      'job_duration_seconds_count',
      'job_duration_seconds_sum',
      'job_failures_total',
      'leases_lost_total',
      'pai_calls_total',
      'parked_total',
      'poll_lag_seconds',
      'polls_total',
      'posts_total',
      'reconcile_total',
      'runs_watched',
      'slack_link_open',
      'store_bytes',
      'store_commit_seconds_bucket',
      'store_commit_seconds_count',
      'store_commit_seconds_sum',
      'store_readonly',
      'watches',
    ]);
  });

  it('names what it counts by one rule', async () => {
    const series = await seriesOf(createMetrics({ jobs: JOBS }));

    expect(series.length).toBeGreaterThan(15);
    for (const { name, type } of series) {
      expect(name).toMatch(/^flowbell_[a-z]+(_[a-z]+)*$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
      expect(name).not.toMatch(/_(ms|millis|kb|minutes)\b/);
    }
  });

  it('has labels of closed sets only, and no id among them', async () => {
    const samples = await samplesOf(createMetrics({ jobs: JOBS }));

    const labels = [...samples.keys()].flatMap((name) => [...name.matchAll(/([a-z]+)="([^"]*)"/g)]);
    expect(new Set(labels.map(([, label]) => label))).toEqual(
      new Set(['job', 'le', 'kind', 'operation', 'outcome', 'result', 'lease', 'reason']),
    );
    for (const [, , value] of labels) expect(value).toMatch(/^([A-Za-z_-]+|[\d.]+|\+Inf)$/);
  });

  it('shows Node’s own figures beside ours', async () => {
    const text = await createMetrics({ jobs: JOBS }).scrape(look);

    expect(text).toMatch(/^flowbell_nodejs_eventloop_lag_p99_seconds \d/m);
    expect(text).toMatch(/^flowbell_process_resident_memory_bytes \d/m);
  });

  it('has a registry of its own each time', async () => {
    const one = createMetrics({ jobs: JOBS });
    const other = createMetrics({ jobs: JOBS });

    one.jobFailed('deliver');

    expect((await samplesOf(one)).get('job_failures_total{job="deliver"}')).toBe(1);
    expect((await samplesOf(other)).get('job_failures_total{job="deliver"}')).toBe(0);
  });
});

describe('counting', () => {
  it('takes the jobs’ ends, failures and skipped ticks', async () => {
    const metrics = createMetrics({ jobs: JOBS });

    metrics.jobEnded('poll-runs', 1500);
    metrics.jobFailed('poll-runs');
    metrics.ticksSkipped('poll-runs', 'missed', 3);
    metrics.ticksSkipped('deliver', 'overlapped', 1);

    const samples = await samplesOf(metrics);
    expect(samples.get('job_duration_seconds_sum{job="poll-runs"}')).toBe(1.5);
    expect(samples.get('job_failures_total{job="poll-runs"}')).toBe(1);
    expect(samples.get('cron_missed_total{job="poll-runs"}')).toBe(3);
    expect(samples.get('cron_overlapped_total{job="deliver"}')).toBe(1);
  });

  it('takes what a tick saw', async () => {
    const metrics = createMetrics({ jobs: JOBS });

    metrics.polled({ seen: 5, missing: 2, failed: 1, lost: 4, events: ['failed', 'node-failed', 'failed'] });

    const samples = await samplesOf(metrics);
    expect(samples.get('polls_total{result="found"}')).toBe(5);
    expect(samples.get('polls_total{result="missing"}')).toBe(2);
    expect(samples.get('polls_total{result="failed"}')).toBe(1);
    expect(samples.get('leases_lost_total{lease="run"}')).toBe(4);
    expect(samples.get('events_total{kind="failed"}')).toBe(2);
    expect(samples.get('events_total{kind="node-failed"}')).toBe(1);
  });

  it.each([
    ['sent', 'sent'],
    ['not-sent', 'not_sent'],
    ['unknown', 'unknown'],
    ['refused', 'parked'],
  ] as const)('takes a post and an edit that Slack made %s of', async (said, result) => {
    const metrics = createMetrics({ jobs: JOBS });

    metrics.told({ outcome: { kind: 'sent', ts: '9.1' }, said, waitedMs: 0, isLost: false });
    metrics.shown(said);

    const samples = await samplesOf(metrics);
    expect(samples.get(`posts_total{result="${result}"}`)).toBe(1);
    expect(samples.get(`card_edits_total{result="${result}"}`)).toBe(1);
  });

  it('takes no post and no edit where Slack was not asked', async () => {
    const metrics = createMetrics({ jobs: JOBS });

    metrics.told({ outcome: { kind: 'sent', ts: '9.1' }, waitedMs: 0, isLost: false });
    metrics.shown('nothing');

    const samples = await samplesOf(metrics);
    const asked = [...samples].filter(([name]) => /^(posts|card_edits)_total/.test(name));
    expect(asked.every(([, count]) => count === 0)).toBe(true);
  });

  it.each([
    ['seen', 'found'],
    ['not-seen', 'missing'],
    ['may-not-look', 'not_allowed'],
    ['failed', 'failed'],
  ] as const)('takes a look that brought %s, and copies that were deleted', async (sighted, result) => {
    const metrics = createMetrics({ jobs: JOBS });

    metrics.told({
      outcome: { kind: 'rechecked', ts: '9.1' },
      ...{ sighted, isHealed: true, waitedMs: 0, isLost: false },
    });

    const samples = await samplesOf(metrics);
    expect(samples.get(`reconcile_total{result="${result}"}`)).toBe(1);
    expect(samples.get('duplicates_healed_total')).toBe(1);
  });

  it.each([
    ['sender_died', 'sender_died'],
    ['cannot_be_rendered', 'cannot_be_rendered'],
    ['nobody_may_hear', 'nobody_may_hear'],
    ['some_word_of_slacks', 'message'],
  ])('takes what is parked for %s', async (error, reason) => {
    const metrics = createMetrics({ jobs: JOBS });

    metrics.told({ outcome: { kind: 'parked', error }, waitedMs: 0, isLost: false });

    expect((await samplesOf(metrics)).get(`parked_total{reason="${reason}"}`)).toBe(1);
  });

  it('takes how long what is sent was owed, and nothing else', async () => {
    const metrics = createMetrics({ jobs: JOBS });
    const nextAt = NOW;

    metrics.told({ outcome: { kind: 'sent', ts: '9.1' }, waitedMs: 2500, isLost: false });
    metrics.told({ outcome: { kind: 'unknown', error: 'x', nextAt }, waitedMs: 9000, isLost: false });
    metrics.told({ outcome: { kind: 'rechecked', ts: '9.1' }, waitedMs: 120_000, isLost: false });

    const samples = await samplesOf(metrics);
    expect(samples.get('delivery_seconds_count')).toBe(1);
    expect(samples.get('delivery_seconds_sum')).toBe(2.5);
  });

  it('takes of a lost lease the post alone: what came of it is nobody’s', async () => {
    const metrics = createMetrics({ jobs: JOBS });

    metrics.told({ outcome: { kind: 'parked', error: 'x' }, said: 'refused', waitedMs: 0, isLost: true });

    const samples = await samplesOf(metrics);
    expect(samples.get('leases_lost_total{lease="channel"}')).toBe(1);
    expect(samples.get('posts_total{result="parked"}')).toBe(1);
    expect(samples.get('parked_total{reason="message"}')).toBe(0);
  });

  it('takes calls to PAI, and an operation nobody knows as any other', async () => {
    const metrics = createMetrics({ jobs: JOBS });

    metrics.paiCalled('GetPipelineRun', 'throttled');
    metrics.paiCalled('flow-abc', 'answered');

    const samples = await samplesOf(metrics);
    expect(samples.get('pai_calls_total{operation="GetPipelineRun",outcome="throttled"}')).toBe(1);
    expect(samples.get('pai_calls_total{operation="other",outcome="answered"}')).toBe(1);
  });

  it('takes commits in seconds', async () => {
    const metrics = createMetrics({ jobs: JOBS });

    metrics.committed(4);

    const samples = await samplesOf(metrics);
    expect(samples.get('store_commit_seconds_sum')).toBe(0.004);
    expect(samples.get('store_commit_seconds_bucket{le="0.0025"}')).toBe(0);
    expect(samples.get('store_commit_seconds_bucket{le="0.005"}')).toBe(1);
  });
});

describe('a scrape', () => {
  it('looks at the store and the link', async () => {
    const samples = await samplesOf(createMetrics({ jobs: JOBS }), {
      ...look,
      reportRuns: async () => ({ runs: 14, watches: 20, oldestDueAt: new Date(NOW.getTime() - 2500) }),
      reportDeliveries: async () => ({
        ...{ waiting: 3, held: 5, pausedChannels: 2, parked: 1 },
        oldestAt: new Date(NOW.getTime() - 60_000),
      }),
      countStaleCards: async () => 7,
      store: () => ({ bytes: 41_000, isReadOnly: true }),
      isLinkOpen: () => true,
    });

    expect(Object.fromEntries(samples)).toMatchObject({
      runs_watched: 14,
      watches: 20,
      poll_lag_seconds: 2.5,
      deliveries_waiting: 3,
      deliveries_held: 5,
      channels_paused: 2,
      cards_stale: 7,
      deliveries_oldest_seconds: 60,
      store_bytes: 41_000,
      store_readonly: 1,
      slack_link_open: 1,
    });
  });

  it('shows no lag below zero where the clock was set back', async () => {
    const samples = await samplesOf(createMetrics({ jobs: JOBS }), {
      ...look,
      reportRuns: async () => ({ runs: 1, watches: 1, oldestDueAt: new Date(NOW.getTime() + 1000) }),
    });

    expect(samples.get('poll_lag_seconds')).toBe(0);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('away'))],
    ['never answers', () => new Promise<never>(() => undefined)],
  ])('ends in time, without old figures, where the store %s', async (_how, reportRuns) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const metrics = createMetrics({ jobs: JOBS });
    const good = { ...look, reportRuns: async () => ({ runs: 14, watches: 20 }) };
    await metrics.scrape(good);

    const scraping = samplesOf(metrics, { ...good, reportRuns });
    await vi.advanceTimersByTimeAsync(2000);

    const samples = await scraping;
    expect(samples.get('runs_watched')).toBeNaN();
    expect(samples.get('poll_lag_seconds')).toBeNaN();
    expect(samples.get('deliveries_waiting')).toBe(0);
  });
});
