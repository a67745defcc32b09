import type { Workspace } from '../domain/workspace.ts';
import { type ClockCheck, type ClockPort, checkClock } from './clock.ts';
import { checkPai, type PaiCheck, type PaiPort } from './pai.ts';
import { checkSlack, type SlackCheck, type SlackPort } from './slack.ts';

export interface CheckPorts {
  readonly slack: SlackPort;
  readonly pai: PaiPort;
  readonly clock: ClockPort;
  readonly workspaces: readonly Workspace[];
}

export interface CheckResults {
  readonly slack: readonly SlackCheck[];
  readonly pai: readonly PaiCheck[];
  readonly clock: readonly ClockCheck[];
}

/** Everything that can be checked about Flowbell from outside of it, all at once and each within its own time. */
export async function runChecks(
  ports: CheckPorts,
  options: { readonly signal: AbortSignal },
): Promise<CheckResults> {
  const [slack, pai, clock] = await Promise.all([
    checkSlack(ports.slack, options),
    checkPai({ workspaces: ports.workspaces, port: ports.pai }, options),
    checkClock(ports.clock, options),
  ]);
  return { slack, pai, clock };
}
