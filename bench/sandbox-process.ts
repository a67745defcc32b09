import { startSandbox } from '../sandbox/sandbox.ts';

/** What a bench is told of the sandbox that runs beside it. */
export interface SandboxFacts {
  readonly paiflowUrl: string;
  readonly controlUrl: string;
  readonly env: Readonly<Record<string, string>>;
  readonly runIds: readonly string[];
}

/** Nodes of each run, and how many of them are at work. */
export const NODES = 20;
export const AT_WORK = 2;

/*
 * A sandbox in a process of its own, so that neither its work nor its memory counts as Flowbell's. Its argument says
 * how many running runs it has; it ends with its parent.
 */
if (process.send !== undefined) {
  const sandbox = await startSandbox();
  const nodes = Array.from({ length: NODES }, (_, index) => ({
    name: `step-${index}`,
    status: index < 10 ? 'Succeeded' : index < 10 + AT_WORK ? 'Running' : 'ReadyToSchedule',
  }));
  const runs = await sandbox.client.createRuns({
    count: Number(process.argv[2]),
    like: { name: 'sweep', status: 'Running', nodes },
  });
  const { paiflowUrl, controlUrl, env } = sandbox;
  process.send({ paiflowUrl, controlUrl, env, runIds: runs.map(({ id }) => id) } satisfies SandboxFacts);
  process.on('disconnect', () => process.exit());
}
