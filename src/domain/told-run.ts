import type { RunSnapshot } from './snapshot.ts';
import type { RunId } from './target.ts';

/** What a message says of a run beside what happened to it. */
export interface ToldRun {
  readonly region: string;
  readonly runId: RunId;
  readonly workspaceId?: string | undefined;
  readonly name: string;
  readonly consoleUrl?: string | undefined;
}

/** What of a watched run is told with each of its events; one without a name is called by its id. */
export function toldRunOf({ region, runId, workspaceId, name, consoleUrl }: RunSnapshot): ToldRun {
  return { region, runId, workspaceId, name: name ?? runId, consoleUrl };
}
