import type { DeliveryFacts, ToldRun } from '../domain/delivery.ts';
import type { EventKind } from '../domain/event.ts';
import type { Phase } from '../domain/status.ts';
import { formatTarget, type NodeId, type Target } from '../domain/target.ts';
import { type ButtonSpec, withCommand } from './button.ts';
import type { Locale } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, line, type Span } from './line.ts';
import { composeMessage, type Message } from './message.ts';
import { linkedRun, phaseEmoji } from './states.ts';

/**
 * What the people of a place are told: one line, and buttons whose commands begin with `command`, as in `@flowbell`.
 * Nobody is named in it, since a name would ping.
 */
export function renderDelivery(facts: DeliveryFacts, locale: Locale, command = ''): Message {
  const catalog = catalogFor(locale);
  const name = linkedRun(facts.run, 'bold');
  const ask = (label: string, verb: string, about: Target): ButtonSpec => ({
    deed: 'ask',
    label,
    command: withCommand(command, `${verb} ${formatTarget(about)}`),
  });
  const { buttons } = catalog;
  switch (facts.kind) {
    case 'watched': {
      const { run, nodeId, nodeName, on } = facts;
      const node = nodeId === undefined ? undefined : code(nodeName ?? nodeId);
      return composeMessage({
        lines: [line`${emoji('eyes')} ${catalog.opening(name, on, node)}`],
        buttons: [
          ask(buttons.stopWatching, 'unwatch', targetOf(run)),
          ask(buttons.status, 'status', targetOf(run, nodeId)),
        ],
      });
    }
    case 'event': {
      const { run, event } = facts;
      const node = event.node === undefined ? undefined : code(event.node.name);
      return composeMessage({
        lines: [line`${eventEmoji(event.kind)} ${catalog.event(name, event, node)}`],
        buttons: [
          ...(isFailure(event.kind) ? [ask(buttons.why, 'why', targetOf(run, event.node?.nodeId))] : []),
          ...(event.kind === 'paused' ? [ask(buttons.keepWatching, 'watch', targetOf(run))] : []),
        ],
      });
    }
    default:
      return facts satisfies never;
  }
}

function targetOf({ region, workspaceId, runId }: ToldRun, nodeId?: NodeId): Target {
  const place = { region, ...(workspaceId !== undefined && { workspaceId }) };
  return nodeId === undefined ? { kind: 'run', runId, ...place } : { kind: 'node', runId, nodeId, ...place };
}

function isFailure(kind: EventKind): boolean {
  return kind === 'failed' || kind === 'node-failed';
}

const PHASES: Readonly<Record<Exclude<EventKind, 'rerun' | 'lost'>, Phase>> = {
  started: 'running',
  'node-failed': 'failed',
  'node-succeeded': 'succeeded',
  succeeded: 'succeeded',
  failed: 'failed',
  terminated: 'terminated',
  skipped: 'skipped',
  suspended: 'suspended',
  deleted: 'deleted',
  paused: 'suspended',
};

function eventEmoji(kind: EventKind): Span {
  if (kind === 'rerun') return emoji('repeat');
  return kind === 'lost' ? emoji('mag') : phaseEmoji(PHASES[kind]);
}
