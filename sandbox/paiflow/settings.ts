import { z } from 'zod';

const chance = z.number().min(0).max(1);

/** What is not known about the real PAIFlow, and what a test wants to be hard. */
export const paiflowSettingsSchema = z.strictObject({
  /** More ids than this in one status call answer 400; the vendor documents no number. */
  maxBatch: z.int().min(1).nullable(),
  /** A status call that holds one of these ids answers 400 InvalidParameter. */
  refusedIds: z.array(z.string()),
  /** More signed calls than this in one second answer Throttling.User. */
  maxCallsPerSecond: z.int().min(1).nullable(),
  /** How far the server's clock is ahead of the real one. */
  clockSkewMs: z.int(),
  /** Sends UserId and ParentUserId as bare JSON numbers, as the English sample does. */
  bareUserIds: z.boolean(),
  /** Whether ListPipelineRunNodeStatus names the queried node itself; the vendor's pages disagree. */
  rootInNodeStatus: z.boolean(),
  /** Whether a run's root node may be asked in a status call's Nodes; not documented. */
  rootInNodes: z.boolean(),
  /** The most runs in one page; the vendor documents no number. */
  maxPageSize: z.int().min(1),
  /** Finds only runs whose name is exactly `Name`; whether the vendor does is not documented. */
  exactNames: z.boolean(),
  /** The most lines in one page of a log; the vendor documents no number. */
  maxLogPageSize: z.int().min(1).nullable(),
  /** Sends every line from `Offset` on, whatever `PageSize` says, until the caller hangs up. */
  ignoreLogPageSize: z.boolean(),
  /** Leaves out this many rows at each page border, as if as many runs had gone between two pages. */
  shiftPages: z.int().min(0),
  /**
   * With this probability a status answer (ListPipelineRunsStatus, ListPipelineRunNodeStatus) shows each run as it was
   * up to `maxMs` ago, each by a time of its own, as answers that come late or out of order do.
   */
  staleness: z.strictObject({ probability: chance, maxMs: z.int().min(0) }),
  /**
   * With this probability a run or a node is left out of one answer: `runs` and `nodes` of ListPipelineRunsStatus,
   * `listedNodes` of ListPipelineRunNodeStatus.
   */
  lostRows: z.strictObject({ runs: chance, nodes: chance, listedNodes: chance }),
  /** Every answer waits a random time between these two. */
  delayMs: z.strictObject({ min: z.int().min(0), max: z.int().min(0) }),
});

export type PaiflowSettings = z.output<typeof paiflowSettingsSchema>;

/** Mild answers, no delays. */
export const PAIFLOW_DEFAULTS: PaiflowSettings = {
  maxBatch: null,
  refusedIds: [],
  maxCallsPerSecond: null,
  clockSkewMs: 0,
  bareUserIds: false,
  rootInNodeStatus: true,
  rootInNodes: false,
  maxPageSize: 100,
  exactNames: false,
  maxLogPageSize: null,
  ignoreLogPageSize: false,
  shiftPages: 0,
  staleness: { probability: 0, maxMs: 0 },
  lostRows: { runs: 0, nodes: 0, listedNodes: 0 },
  delayMs: { min: 0, max: 0 },
};
