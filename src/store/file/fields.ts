import * as z from 'zod';
import { type Phase, readStatus, type Status, WORST_FIRST } from '../../domain/status.ts';
import { parseNodeId, parseRunId, type RunId } from '../../domain/target.ts';
import { ON_WORDS } from '../../domain/watch.ts';

/*
 * Fields as they stand in the file, read by zod and written by hand. Objects are strict: a field nobody knows was
 * written by somebody else, and the next write would lose it.
 */

/** From 0. */
export const count = z.int().nonnegative();

/** ISO-8601 in UTC. */
export const time = z.iso.datetime().transform((text) => new Date(text));

/** Whole seconds are written without their zeros: a run holds a time for each of its nodes. */
export function writeTime(date: Date): string {
  const text = date.toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

export const runId = z.string().transform((text, context) => {
  const id = parseRunId(text);
  if (id !== undefined) return id;
  context.addIssue('is no run id');
  return z.NEVER;
});

export const nodeId = z.string().transform((text, context) => {
  const id = parseNodeId(text);
  if (id !== undefined) return id;
  context.addIssue('is no node id');
  return z.NEVER;
});

const PHASES: ReadonlySet<string> = new Set(WORST_FIRST);

export const status = z.string().transform(readSavedStatus);

/** PAI's word alone where it says its phase, else `phase:word`. */
export function writeStatus({ phase, said }: Status): string {
  return phase !== 'unknown' && readStatus(said).phase === phase ? said : `${phase}:${said}`;
}

export function readSavedStatus(text: string): Status {
  const at = text.indexOf(':');
  const phase = text.slice(0, Math.max(0, at));
  return PHASES.has(phase) ? { phase: phase as Phase, said: text.slice(at + 1) } : readStatus(text);
}

/** The key of a run's row, `region/run`. */
export function readKeyOfRun(key: string): { readonly region: string; readonly runId: RunId } {
  const at = key.lastIndexOf('/');
  return {
    region: z
      .string()
      .min(1)
      .parse(key.slice(0, Math.max(0, at))),
    runId: runId.parse(key.slice(at + 1)),
  };
}

export const onWords = z.array(z.enum(ON_WORDS));

export const toldRun = z.strictObject({
  region: z.string(),
  runId,
  workspaceId: z.string().optional(),
  name: z.string(),
  consoleUrl: z.string().optional(),
});

/** Whether a parsed JSON value is an object, and no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
