import { WebClient } from '@slack/web-api';
import { type Config, ConfigError, parseConfig, readEnvironment, type SettingProblem } from './config.ts';
import { parseRunId } from './domain/target.ts';
import { labelOf, type Workspace } from './domain/workspace.ts';
import { createLogger, createRedact, slackLogger } from './logger.ts';
import { createOutbound } from './outbound.ts';
import { createPaiflowClient } from './paiflow/client.ts';
import { createCredentialSource } from './paiflow/credentials.ts';
import { PaiflowError } from './paiflow/errors.ts';
import { findProblems } from './setting-problems.ts';
import { clientOptions, identify, refusalsOf, SlackStartError } from './slack/bolt.ts';

/** `npm run doctor`: what somebody who sets Flowbell up must mend, before anybody is in Slack. English only. */

interface Finding {
  readonly verdict: 'ok' | 'warn' | 'FAIL';
  readonly subject: string;
  readonly said: string;
}

/** Every scope of manifest.yml, and what is lost without it. */
const SCOPES: Readonly<Record<string, string>> = {
  commands: 'nobody can type the slash command',
  'users:read': 'nobody is answered, because rights cannot be checked',
};

/** No run has this id, so PAI's answer shows that it could be asked and tells nothing about anybody's runs. */
const NO_RUN = 'flow-flowbelldoctor';
const TIMEOUT_MS = 8000;
/** PAI refuses calls 15 minutes off; a clock this wrong is worth mending long before. */
const CLOCK_WARNING_S = 5;

const MENDING: Readonly<Record<PaiflowError['kind'], string>> = {
  throttled: 'PAI limits the calls of this account; try again in a minute',
  'not-found': 'the address answers, but not as PAIFlow; look at PAIFLOW_ENDPOINT and PAIFLOW_REGIONS',
  forbidden: 'grant paiflow:ListPipelineRunsStatus, README "Alibaba Cloud"',
  'wrong-key': 'no key, or PAI does not accept it; look at ALIBABA_CLOUD_ACCESS_KEY_ID and its secret',
  'wrong-clock': 'set the time of this machine',
  refused: 'PAI refuses the question; look at PAIFLOW_WORKSPACE_ID',
  unavailable: 'PAI has a fault of its own',
  junk: 'the answer is not PAIFlow’s; look at PAIFLOW_ENDPOINT',
  timeout: 'no answer within 8 s; look at the network and HTTPS_PROXY',
  network: 'cannot be reached; look at the network, HTTPS_PROXY and PAIFLOW_ENDPOINT',
  aborted: 'no answer within 8 s; look at the network and HTTPS_PROXY',
};

await main();

async function main(): Promise<void> {
  const findings = await examine();
  for (const { verdict, subject, said } of findings) {
    process.stdout.write(`${verdict.padEnd(6)}${subject.padEnd(24)}${said}\n`);
  }
  process.exitCode = findings.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;
}

async function examine(): Promise<Finding[]> {
  let environment: NodeJS.ProcessEnv;
  try {
    environment = readEnvironment();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(toFinding);
  }
  const problems = await findProblems(environment);
  if (problems.length > 0) return problems.map(toFinding);
  const config = parseConfig(environment);
  const outbound = createOutbound(config.proxy);
  const read: Finding = { verdict: 'ok', subject: 'settings', said: '0 problems' };
  const found = await Promise.all([
    examineSlack(config, outbound.fetch),
    ...config.paiflow.workspaces.map((workspace) => examinePai(config, workspace, outbound.fetch)),
    examineClock(config, outbound.fetch),
  ]);
  await outbound.close();
  return [read, ...found.flat()];
}

function toFinding({ name, advice }: SettingProblem): Finding {
  return { verdict: 'FAIL', subject: 'settings', said: `${name} ${advice}` };
}

async function examineSlack(config: Config, fetch: typeof globalThis.fetch): Promise<Finding[]> {
  const quiet = createLogger({ level: 'error', redact: createRedact([]) });
  const options = () =>
    clientOptions(config.slack, { fetch, logger: slackLogger(quiet, { ...config, loudest: 'debug' }) });
  const startedAt = performance.now();
  try {
    const { teamName, scopes } = await identify(config.slack, options);
    const headers = { Authorization: `Bearer ${config.slack.appToken}` };
    await new WebClient(undefined, { ...options(), headers }).apps.connections.open({});
    const ms = Math.round(performance.now() - startedAt);
    const missing = Object.entries(SCOPES).filter(([scope]) => !scopes.includes(scope));
    return [
      { verdict: 'ok', subject: 'slack', said: `${teamName}, Socket Mode, ${ms} ms` },
      ...missing.map(
        ([scope, lost]): Finding => ({
          verdict: 'FAIL',
          subject: 'slack scopes',
          said: `${scope} is missing: ${lost}`,
        }),
      ),
    ];
  } catch (error) {
    const refusals = error instanceof SlackStartError ? error.refusals : refusalsOf(error, 'SLACK_APP_TOKEN');
    if (refusals.length > 0) {
      return refusals.map(({ setting, said }) => ({
        verdict: 'FAIL',
        subject: 'slack',
        said: `${setting}: Slack says ${said}`,
      }));
    }
    const said = 'cannot be reached: network, HTTPS_PROXY or SLACK_API_URL';
    return [{ verdict: 'FAIL', subject: 'slack', said }];
  }
}

async function examinePai(
  config: Config,
  workspace: Workspace,
  fetch: typeof globalThis.fetch,
): Promise<Finding[]> {
  const { endpoint, maxRps } = config.paiflow;
  const { region, workspaceId } = workspace;
  const subject = `pai ${labelOf(workspace)}`;
  const noRun = parseRunId(NO_RUN);
  if (noRun === undefined) return [];
  const client = createPaiflowClient({
    ...(endpoint !== undefined && { endpoint }),
    maxRps,
    credentials: createCredentialSource(),
    fetch,
    now: () => new Date(),
  });
  try {
    const about = { region, runs: [noRun], ...(workspaceId !== undefined && { workspaceId }) };
    await client.listPipelineRunsStatus(about, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const where =
      workspaceId === undefined ? 'every PAI workspace the key sees' : `PAI workspace ${workspaceId}`;
    return [{ verdict: 'ok', subject, said: `answers; ${where}` }];
  } catch (error) {
    if (!(error instanceof PaiflowError)) throw error;
    const facts = [error.code, error.requestId && `RequestId ${error.requestId}`].filter(Boolean).join(', ');
    return [{ verdict: 'FAIL', subject, said: `${facts || error.kind}: ${MENDING[error.kind]}` }];
  }
}

async function examineClock(config: Config, fetch: typeof globalThis.fetch): Promise<Finding[]> {
  try {
    const address = new URL('api.test', config.slack.apiUrl ?? 'https://slack.com/api/');
    const response = await fetch(address, { method: 'POST', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.arrayBuffer();
    const theirs = Date.parse(response.headers.get('date') ?? '');
    if (Number.isNaN(theirs))
      return [{ verdict: 'warn', subject: 'clock', said: 'Slack did not say what time it is' }];
    // Slack's header counts whole seconds, so half of one is the best guess.
    const offS = Math.max(0, Math.abs(Date.now() - theirs - 500) - 500) / 1000;
    return [
      { verdict: offS > CLOCK_WARNING_S ? 'warn' : 'ok', subject: 'clock', said: `${offS.toFixed(1)} s off` },
    ];
  } catch {
    return [{ verdict: 'warn', subject: 'clock', said: 'not compared, Slack cannot be reached' }];
  }
}
