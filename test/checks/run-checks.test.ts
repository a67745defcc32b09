import { expect, it } from 'vitest';
import { type CheckPorts, runChecks } from '../../src/checks/run-checks.ts';

const signal = new AbortController().signal;
const silent = (): Promise<never> => Promise.reject(new TypeError('fetch failed'));

const outside: CheckPorts = {
  slack: { identify: silent, findLink: silent, refusalsOf: () => [] },
  pai: { listPipelineRunsStatus: silent, listPipelineRuns: silent },
  clock: { fetch: silent, now: () => new Date(0) },
  workspaces: [],
  store: { findState: async () => ({ kind: 'new', path: 'data/flowbell.json' }) },
};

const subjectsOf = async (ports: CheckPorts) =>
  Object.values(await runChecks(ports, { signal }))
    .flat()
    .map(({ subject }) => subject.kind);

it('checks the outside first and then what Flowbell has itself', async () => {
  const own: CheckPorts = {
    ...outside,
    watcher: { findState: async () => ({ runs: 0, lagMs: 0 }) },
    deliveries: {
      reportDeliveries: async () => ({ waiting: 0, held: 0, pausedChannels: 0, parked: 0 }),
      now: () => new Date(0),
    },
  };

  expect(await subjectsOf(own)).toEqual(['slack', 'clock', 'store', 'watcher', 'deliveries']);
});

it('leaves out what a process has not', async () => {
  expect(await subjectsOf(outside)).toEqual(['slack', 'clock', 'store']);
});
