import { setImmediate } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { NodeId, RunId } from '../src/domain/target.ts';
import { createBatcher } from '../src/paiflow/batcher.ts';
import type { PaiflowClient } from '../src/paiflow/client.ts';
import type { Question } from '../src/paiflow/question.ts';
import { createChance } from './chance.ts';
import { formatCount } from './figures.ts';
import type { Row } from './row.ts';
import { createSandboxClient } from './sandbox-client.ts';
import { REGION } from './status-rows.ts';
import {
  askByBatcher,
  askByLoaderEach,
  askBySharedLoader,
  askByUncachedLoader,
  askOneByOne,
  BATCH,
  type CreateWay,
} from './ways.ts';

/** A sandbox full of runs and our real client to it. */
interface Stage {
  readonly sandbox: Sandbox;
  readonly client: PaiflowClient;
  readonly runIds: readonly RunId[];
}

interface Case {
  readonly name: string;
  /** Turns of the event loop, in each the askers, for each the ids. */
  readonly turns: readonly (readonly (readonly RunId[])[])[];
  /** Calls, exactly or at most. */
  readonly bound: number;
  readonly isExact?: boolean;
  readonly refused?: readonly RunId[];
  readonly hidden?: readonly RunId[];
  /** How long PAI takes over each answer. */
  readonly delayMs?: number;
  readonly peers: Readonly<Record<string, CreateWay>>;
}

interface Counted {
  readonly calls: number;
  readonly found: number;
}

const OTHER_REGION = 'ap-southeast-1';
const RUNS = 10_000;
const ONE_BAD_AT_MOST = 2 * Math.ceil(Math.log2(BATCH));

/** Counts ListPipelineRunsStatus calls as the loopback PAIFlow's journal shows them. */
export async function benchCalls(): Promise<readonly Row[]> {
  const sandbox = await startSandbox();
  try {
    const created = await sandbox.client.createRuns({ count: RUNS, like: { name: 'bench' } });
    const stage = {
      sandbox,
      client: createSandboxClient(sandbox),
      runIds: created.map(({ id }) => id as RunId),
    };
    const rows: Row[] = [];
    for (const each of createCases(stage.runIds)) rows.push(await countCase(stage, each));
    rows.push(await countWorstPosition(stage), await countGroups(stage));
    return rows;
  } finally {
    await sandbox.stop();
  }
}

function createCases(runIds: readonly RunId[]): readonly Case[] {
  const usual = { 'one call per id': askOneByOne, DataLoader: askByLoaderEach };
  const sizes = [1, 100, RUNS].map((size) => ({
    name: `${formatCount(size)} ${size === 1 ? 'id' : 'ids'}, one asker`,
    turns: [[runIds.slice(0, size)]],
    bound: Math.ceil(size / BATCH),
    isExact: true,
    peers: usual,
  }));
  const hundred = runIds.slice(0, 100);
  const many = runIds.slice(0, 250);
  const askers = createAskers(runIds.slice(0, 200));
  const shared = {
    'DataLoader each': askByLoaderEach,
    'DataLoader shared': askBySharedLoader,
    'shared, cache off': askByUncachedLoader,
  };
  return [
    ...sizes,
    {
      name: '100 ids, each named 10 times',
      turns: [[Array.from({ length: 10 }, () => hundred).flat()]],
      bound: 1,
      isExact: true,
      peers: usual,
    },
    {
      name: '250 ids, 1 invisible, 1 refused',
      turns: [[many]],
      bound: Math.ceil(many.length / BATCH) + ONE_BAD_AT_MOST,
      refused: many.slice(120, 121),
      hidden: many.slice(30, 31),
      peers: usual,
    },
    {
      name: '1,000 askers of 20 of 200 runs, same turn',
      turns: [askers],
      bound: 2,
      isExact: true,
      peers: shared,
    },
    {
      name: '1,000 askers of 20 of 200 runs, over 10 turns, calls in flight',
      turns: Array.from({ length: 10 }, (_, turn) => askers.slice(turn * 100, (turn + 1) * 100)),
      bound: 2,
      isExact: true,
      delayMs: 200,
      peers: shared,
    },
    {
      name: '404 askers of one run each, a turn each, 4 calls in flight',
      turns: runIds.slice(0, 404).map((runId) => [[runId]]),
      bound: 4 + Math.ceil(400 / BATCH),
      isExact: true,
      delayMs: 200,
      peers: shared,
    },
  ];
}

/** 1,000 askers, each of 20 different runs; the same ones in every run of the bench. */
function createAskers(runIds: readonly RunId[]): readonly (readonly RunId[])[] {
  const chance = createChance();
  return Array.from({ length: 1000 }, () => {
    const chosen = new Set<RunId>();
    while (chosen.size < 20) {
      const runId = runIds[Math.floor(chance() * runIds.length)];
      if (runId !== undefined) chosen.add(runId);
    }
    return [...chosen];
  });
}

async function countCase(stage: Stage, each: Case): Promise<Row> {
  const { client } = stage.sandbox;
  const { refused = [], hidden = [], delayMs = 0 } = each;
  await client.setPaiflow({ refusedIds: [...refused], delayMs: { min: delayMs, max: delayMs } });
  for (const run of hidden) await client.setRun({ run, isVisible: false });
  const ours = await count(stage, () => askAll(askByBatcher(stage.client), each));
  const peers: Record<string, Counted> = {};
  for (const [name, createWay] of Object.entries(each.peers)) {
    peers[name] = await count(stage, () => askAll(createWay(stage.client), each));
  }
  for (const run of hidden) await client.setRun({ run, isVisible: true });
  await client.setPaiflow({ refusedIds: [], delayMs: { min: 0, max: 0 } });
  const all = each.turns.flat(2);
  const spoilt = new Set([...refused, ...hidden]);
  const expected = all.filter((runId) => !spoilt.has(runId)).length;
  return createCountRow({ ...each, ours, peers, asked: all.length, expected });
}

async function askAll(way: ReturnType<CreateWay>, { turns }: Case): Promise<number> {
  const asked: Promise<number>[] = [];
  for (const askers of turns) {
    asked.push(...askers.map((runIds) => way.ask(runIds)));
    await setImmediate();
  }
  return (await Promise.all(asked)).reduce((sum, found) => sum + found, 0);
}

/** How deep halving goes depends on where the bad id stands, so it stands everywhere once. */
async function countWorstPosition(stage: Stage): Promise<Row> {
  const runIds = stage.runIds.slice(0, BATCH);
  const found: Counted[] = [];
  for (const bad of runIds) {
    await stage.sandbox.client.setPaiflow({ refusedIds: [bad] });
    found.push(await count(stage, () => askByBatcher(stage.client).ask(runIds)));
  }
  const peers: Record<string, Counted> = {};
  for (const [name, createWay] of Object.entries({
    'one call per id': askOneByOne,
    DataLoader: askByLoaderEach,
  })) {
    peers[name] = await count(stage, () => createWay(stage.client).ask(runIds));
  }
  await stage.sandbox.client.setPaiflow({ refusedIds: [] });
  const ours = {
    calls: Math.max(...found.map(({ calls }) => calls)),
    found: Math.min(...found.map((each) => each.found)),
  };
  return {
    ...createCountRow({
      name: '100 ids, 1 refused: the worst of its 100 places',
      ours,
      peers,
      bound: 1 + ONE_BAD_AT_MOST,
      asked: BATCH,
      expected: BATCH - 1,
    }),
    rounds: { byPlace: found, peers },
  };
}

/** Two regions, runs and nodes, with and without PAI workspace: eight groups of 150. */
async function countGroups(stage: Stage): Promise<Row> {
  const far = await stage.sandbox.client.createRuns({
    count: 150,
    like: { name: 'far', region: OTHER_REGION, workspaceId: '30211' },
  });
  const near = (await stage.sandbox.client.runs({ region: REGION })).slice(-150);
  const places = [
    { region: REGION, workspaceId: '94801', runs: near },
    { region: OTHER_REGION, workspaceId: '30211', runs: far },
  ];
  const questions = places.flatMap(({ region, workspaceId, runs }) =>
    runs.flatMap(({ id, nodes }): Question[] => {
      const runId = id as RunId;
      const run = { kind: 'run', region, runId } as const;
      const node = { kind: 'node', region, runId, nodeId: nodes[0]?.id as NodeId } as const;
      return [run, node, { ...run, workspaceId }, { ...node, workspaceId }];
    }),
  );
  const ours = await count(stage, async () => {
    const batcher = createBatcher({ client: stage.client, maxBatch: BATCH });
    const answers = await batcher.loadAll(questions, { timeoutMs: 120_000 });
    return answers.filter(({ kind }) => kind === 'found').length;
  });
  return createCountRow({
    name: '8 groups of 150: 2 regions × runs, nodes × with, without PAI workspace',
    ours,
    peers: {},
    bound: 8 * Math.ceil(150 / BATCH),
    isExact: true,
    asked: questions.length,
    expected: questions.length,
  });
}

async function count({ sandbox }: Stage, ask: () => Promise<number>): Promise<Counted> {
  await sandbox.client.clearJournal();
  const found = await ask();
  const entries = await sandbox.client.journal({
    service: 'paiflow',
    operation: 'ListPipelineRunsStatus',
  });
  return { calls: entries.length, found };
}

function createCountRow({
  name,
  ours,
  peers,
  bound,
  isExact = false,
  asked,
  expected,
}: {
  readonly name: string;
  readonly ours: Counted;
  readonly peers: Readonly<Record<string, Counted>>;
  readonly bound: number;
  readonly isExact?: boolean;
  readonly asked: number;
  /** How many of the asked ids must be found. */
  readonly expected: number;
}): Row {
  const show = ({ calls, found }: Counted): string =>
    `${formatCount(calls)}${found === asked ? '' : ` (${formatCount(found)} of ${formatCount(asked)} answered)`}`;
  const isWithin = isExact ? ours.calls === bound : ours.calls <= bound;
  return {
    group: 'calls',
    name,
    ours: show(ours),
    peer: Object.entries(peers)
      .map(([peer, counted]) => `${show(counted)} ${peer}`)
      .join('; '),
    bound: `${isExact ? '=' : '≤'} ${formatCount(bound)}`,
    holds: isWithin && ours.found === expected,
    kind: 'count',
    rounds: { ours, peers },
  };
}
