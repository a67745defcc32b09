import type { Workspace } from '../domain/workspace.ts';
import type { Check } from '../messages/catalog.ts';
import { type ClockCheck, type ClockPort, checkClock } from './clock.ts';
import { checkDeliveries, type DeliveriesPort } from './deliveries.ts';
import { checkPai, type PaiCheck, type PaiPort } from './pai.ts';
import { checkSlack, type SlackCheck, type SlackPort } from './slack.ts';
import { checkStore, type StoreCheck, type StorePort } from './store.ts';
import { checkWatcher, type WatcherPort } from './watcher.ts';

export interface CheckPorts {
  readonly slack: SlackPort;
  readonly pai: PaiPort;
  readonly clock: ClockPort;
  readonly workspaces: readonly Workspace[];
  readonly store: StorePort;
  /** Only of a process that watches and tells. */
  readonly watcher?: WatcherPort;
  readonly deliveries?: DeliveriesPort;
}

export interface CheckResults {
  readonly slack: readonly SlackCheck[];
  readonly pai: readonly PaiCheck[];
  readonly clock: readonly ClockCheck[];
  readonly store: readonly StoreCheck[];
  readonly watcher: readonly Check[];
  readonly deliveries: readonly Check[];
}

/** Everything that can be checked about Flowbell, all at once and each within its own time. */
export async function runChecks(
  ports: CheckPorts,
  options: { readonly signal: AbortSignal },
): Promise<CheckResults> {
  const [slack, pai, clock, store, watcher, deliveries] = await Promise.all([
    checkSlack(ports.slack, options),
    checkPai({ workspaces: ports.workspaces, port: ports.pai }, options),
    checkClock(ports.clock, options),
    ports.store ? checkStore(ports.store, options) : [],
    ports.watcher ? checkWatcher(ports.watcher, options) : [],
    ports.deliveries ? checkDeliveries(ports.deliveries, options) : [],
  ]);
  return { slack, pai, clock, store, watcher, deliveries };
}
