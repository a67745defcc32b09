import type { JsonObject } from '../../json.ts';
import type { Tier } from '../rate-limits.ts';
import type { Slack } from '../slack.ts';

/** One method of the Web API. */
export interface Method {
  readonly tier: Tier;
  /** Any one of these scopes is enough; none = no scope needed. */
  scopes(slack: Slack, args: JsonObject): readonly string[];
  /** The answer without `ok`; throws `SlackRefusal` when Slack would refuse. */
  run(slack: Slack, args: JsonObject): JsonObject;
}

/** Scopes that do not depend on the arguments. */
export function needs(...scopes: readonly string[]): Method['scopes'] {
  return () => scopes;
}
