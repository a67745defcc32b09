import { type DeliveryFacts, runsOf } from '../../domain/delivery.ts';
import { writeTime } from './fields.ts';
import type { Tables } from './tables.ts';

/** A line for each delivery that Slack will never take, oldest first: when, where, what, of which runs, and why. */
export function listParked(tables: Tables): readonly string[] {
  return [...tables.all('deliveries')]
    .filter(({ state }) => state === 'parked')
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    .map(({ createdAt, placeId, facts, lastError }) => {
      const channelId = tables.get('places', placeId)?.channelId ?? placeId;
      const runs = runsOf(facts).map(({ region, runId }) => `${region}/${runId}`);
      const about = runs.length === 0 ? '' : ` of ${runs.join(', ')}`;
      return `${writeTime(createdAt)} ${channelId} ${whatOf(facts)}${about}: ${lastError ?? 'no reason'}`;
    });
}

function whatOf(facts: DeliveryFacts): string {
  return facts.kind === 'event' ? facts.event.kind : facts.kind;
}
