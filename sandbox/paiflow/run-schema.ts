import { z } from 'zod';
import { logMakerSchema } from './node-log.ts';

/** A node to make. Several levels are made by naming the parent node. */
export const newNodeSchema = z.strictObject({
  name: z.string().min(1),
  id: z.string().optional(),
  status: z.string().optional(),
  type: z.enum(['Task', 'Dag', 'Loop']).default('Task'),
  /** Name of the Dag or Loop it stands in; left out = directly in the run. */
  parent: z.string().optional(),
  /** The log, line by line, or the recipe of a long one; the recipe wins. */
  logs: z.array(z.string()).optional(),
  logMaker: logMakerSchema.optional(),
});

/** A run to make; all but the name may be left out. */
export const newRunSchema = z.strictObject({
  name: z.string().min(1),
  id: z.string().optional(),
  region: z.string().default('cn-hangzhou'),
  workspaceId: z.string().default('94801'),
  status: z.string().default('Running'),
  message: z.string().default(''),
  userId: z.string().default('287654321098765432'),
  pipelineId: z.string().optional(),
  sourceType: z.string().default('DESIGNER'),
  sourceId: z.string().optional(),
  accessibility: z.enum(['PUBLIC', 'PRIVATE']).default('PUBLIC'),
  isVisible: z.boolean().default(true),
  /** How long ago it started and ended. */
  startedAgoMs: z
    .int()
    .min(0)
    .default(10 * 60_000),
  finishedAgoMs: z.int().min(0).default(0),
  nodes: z.array(newNodeSchema).refine(namesParentsFirst, 'a parent stands before its nodes').optional(),
  outputs: z
    .array(
      z.strictObject({
        name: z.string(),
        type: z.enum(['Model', 'DataSet', 'Metrics', 'ModelEvaluation']),
        node: z.string(),
        value: z.string().default('{}'),
        id: z.string().optional(),
      }),
    )
    .default([]),
});

/** A node that names a parent nobody has made yet would land somewhere else. */
function namesParentsFirst(nodes: readonly NewNode[]): boolean {
  return nodes.every(
    ({ parent }, index) =>
      parent === undefined || nodes.slice(0, index).some(({ id, name }) => parent === id || parent === name),
  );
}

export type NewRun = z.output<typeof newRunSchema>;
export type NewNode = z.output<typeof newNodeSchema>;
