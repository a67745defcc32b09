import type { Output, Run, RunNode } from '../domain/run.ts';
import type { NodeId, RunId } from '../domain/target.ts';
import type { PaiFailure } from './pai-failure.ts';

/** A question about one run or one node, as the batcher groups them. */
export type StatusQuestion = {
  readonly region: string;
  readonly workspaceId?: string;
  readonly runId: RunId;
  /** Also asks for what was produced: `Model`, `DataSet`, `Metrics` or `ModelEvaluation`. */
  readonly outputType?: string;
} & ({ readonly kind: 'run' } | { readonly kind: 'node'; readonly nodeId: NodeId });

export type StatusAnswer =
  | {
      readonly kind: 'found';
      readonly run?: Run;
      readonly node?: RunNode;
      readonly outputs?: readonly Output[];
      readonly askedAt: Date;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly error: PaiFailure };
