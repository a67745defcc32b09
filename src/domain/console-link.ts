import type { Run } from './run.ts';

const CONSOLE_HOSTS: readonly string[] = ['pai.console.aliyun.com', 'pai.console.alibabacloud.com'];

/**
 * The run's address in the PAI console: PAI's own where it gave one, else built from region and PAI workspace in the
 * shape of the PipelineRunUri samples (api-paiflow GetPipelineRun). An address of another host, or one that carries
 * a share token, is not passed on: a link in a message is read by everybody in the channel.
 */
export function consoleLink(run: Pick<Run, 'region' | 'runId' | 'workspaceId' | 'consoleUrl'>): string {
  if (run.consoleUrl !== undefined && isPlainConsoleLink(run.consoleUrl)) return run.consoleUrl;
  const workspace =
    run.workspaceId === undefined ? '' : `&workspaceId=${encodeURIComponent(run.workspaceId)}`;
  const region = encodeURIComponent(run.region);
  return `https://pai.console.aliyun.com/?regionId=${region}${workspace}#/studio/task/detail/${run.runId}`;
}

/** Whether an address may be kept and shown: PAI's console, and no share token in it. */
export function isPlainConsoleLink(address: string): boolean {
  if (address.length > MAX_ADDRESS || /token/i.test(address) || !URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'https:' && CONSOLE_HOSTS.includes(url.host);
}

/** Longer than any console address seen, far shorter than what a message could not carry. */
const MAX_ADDRESS = 400;
