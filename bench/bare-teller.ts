import { createBarePaiflow } from './bare-paiflow.ts';

/*
 * The floor of noticing and telling: a script that is told which run has failed and makes the calls Flowbell makes from
 * the look to the reply, in the same order and equally many at once, with bare fetch, and posts a fixed sentence. It
 * compares nothing, keeps nothing and draws no card. It ends with its parent.
 */

/** What the script is told: the run, and the node that it failed at. */
export interface BareOrder {
  readonly runId: string;
  readonly rootId: string;
  readonly nodeId: string;
  readonly channel: string;
  readonly threadTs: string;
}

// biome-ignore lint/style/noProcessEnv: a program of its own, started with the environment Flowbell gets.
const env = process.env;
const askPaiflow = createBarePaiflow(env);

if (process.send !== undefined) {
  process.on('message', (order) => void tell(order as BareOrder).then(() => process.send?.('told')));
  process.on('disconnect', () => process.exit());
}

async function tell({ runId, rootId, nodeId, channel, threadTs }: BareOrder): Promise<void> {
  await Promise.all([
    askStatus({ PipelineRuns: [runId] }),
    askStatus({ Nodes: [{ PipelineRunId: runId, NodeId: nodeId }] }),
  ]);
  await askPaiflow({
    action: 'ListPipelineRunNodeStatus',
    path: `/${runId}/nodes/${rootId}/status`,
    query: 'Depth=99',
  });
  await Promise.all([
    askPaiflow({ action: 'ListPipelineRunNodeLogs', path: `/${runId}/nodes/${nodeId}/logs` }),
    askPaiflow({ action: 'GetPipelineRun', path: `/${runId}` }),
  ]);
  const response = await fetch(`${env.SLACK_API_URL}chat.postMessage`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${env.SLACK_BOT_TOKEN}`,
      'content-type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify({ channel, thread_ts: threadTs, text: 'The run has failed.' }),
  });
  JSON.parse(await response.text());
}

function askStatus(asked: object): Promise<unknown> {
  return askPaiflow({ action: 'ListPipelineRunsStatus', path: '', body: JSON.stringify(asked) });
}
