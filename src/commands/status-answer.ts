import { type NodeTally, phaseOfRun } from '../domain/run.ts';
import { isFinal } from '../domain/status.ts';
import { formatTarget, type NodeId, type Target } from '../domain/target.ts';
import { labelOf } from '../domain/workspace.ts';
import type { PaiTrouble } from '../messages/catalog.ts';
import { renderNodeCard, renderRunCard } from '../messages/run-card.ts';
import { type ListEntry, type RunList, renderRunList, type WatchAll } from '../messages/run-list.ts';
import type { NamedRun } from './find-run.ts';
import type { ListRunsPorts } from './list-runs.ts';
import type { LongQuestions } from './long-questions.ts';
import type { Look } from './look-up.ts';
import { type PaiFailure, reportOnce, troubleAnswer, troubleOf } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { factsOf, targetOf } from './run-facts.ts';
import { nodeWithoutRunAnswer } from './unclear-run.ts';

/** Questions about more targets than this get no details: they cost two calls a run. */
export const DETAILED_TARGETS = 8;

/** A look with what GetPipelineRun and ListPipelineRunNodeStatus add to it. */
export type DetailedLook = Look & { readonly nodes?: NodeTally; readonly readAt?: Date };

/** Everything a status was asked for, and what became of it. */
export interface StatusFindings {
  readonly looks: readonly DetailedLook[];
  readonly nodesWithoutRun: readonly NodeId[];
  readonly unclear: readonly {
    readonly name: string;
    readonly named: Exclude<NamedRun, { kind: 'found' }>;
  }[];
  readonly leftOut: readonly string[];
  /** The command line that asks once more. */
  readonly again: string;
}

/** One target's card, the one trouble that kept everything from being answered, or a list. */
export function statusAnswer(
  findings: StatusFindings,
  request: Request,
  ports: ListRunsPorts & { readonly longQuestions: LongQuestions },
): Answer {
  const { looks, nodesWithoutRun, unclear, leftOut, again } = findings;
  const [only] = looks;
  if (nodesWithoutRun.length + unclear.length + leftOut.length === 0) {
    const card = only !== undefined && looks.length === 1 ? cardFor(only, again, request, ports) : undefined;
    if (card !== undefined) return card;
    const trouble = commonTrouble(looks);
    if (trouble !== undefined) return troubleAnswer(trouble, again, request);
  }
  if (looks.length + unclear.length + leftOut.length === 0) {
    return nodeWithoutRunAnswer(nodesWithoutRun, request);
  }
  const list = listOf(findings, ports);
  // What was learnt on the way makes the next answer better than this one, so it may take its place.
  const kind = list.entries.length + list.unchecked.length === 0 ? 'problem' : 'shown';
  return { kind, message: renderRunList(list, again, request.actor.locale, watchAll(looks, request, ports)) };
}

/** The way to watch everything in a list that is not at rest. */
function watchAll(
  looks: readonly DetailedLook[],
  request: Request,
  { longQuestions }: { readonly longQuestions: LongQuestions },
): WatchAll | undefined {
  const goingOn = looks.flatMap((look) => {
    if (look.kind !== 'run' || isFinal(phaseOfRun(look.run))) return [];
    return [formatTarget(targetOf(look.run))];
  });
  if (goingOn.length === 0) return undefined;
  const text = longQuestions.shorten(`watch ${goingOn.join(' ')}`);
  return { command: commandLine(request, text), count: goingOn.length };
}

/** Tells the admins' log; an id that PAI refuses is the asker's matter alone. */
export function reportFailures(looks: readonly Look[], report: ListRunsPorts['report']): void {
  const failures = looks.flatMap((look) =>
    look.kind === 'failed' && look.error.kind !== 'refused' ? [look.error] : [],
  );
  reportOnce(failures, report);
}

function cardFor(
  look: DetailedLook,
  again: string,
  request: Request,
  ports: ListRunsPorts,
): Answer | undefined {
  if (look.kind !== 'run' && look.kind !== 'node') return undefined;
  const { region, workspaceId } = look.run;
  const about = { ...look.target, region, ...(workspaceId !== undefined && { workspaceId }) };
  const lineFor = (verb: string) => commandLine(request, `${verb} ${formatTarget(about)}`);
  const commands = {
    again,
    logs: lineFor('logs'),
    outputs: lineFor('outputs'),
    why: lineFor('why'),
    watch: lineFor('watch'),
  };
  const facts = factsOf(look.run, look.readAt ?? look.askedAt, ports);
  const { locale } = request.actor;
  const message =
    look.kind === 'run'
      ? renderRunCard({ ...facts, ...(look.nodes && { nodes: look.nodes }) }, commands, locale)
      : renderNodeCard({ ...facts, readAt: look.askedAt, node: look.node }, commands, locale);
  return { kind: 'shown', message, about };
}

/** The one trouble that kept every single target from being answered; a mix is told line by line in the list. */
function commonTrouble(looks: readonly Look[]): PaiFailure | undefined {
  const [first, ...others] = looks.map((look) => (look.kind === 'failed' ? look.error : undefined));
  if (first === undefined || first.kind === 'refused') return undefined;
  const same = others.every((error) => error?.kind === first.kind && error.region === first.region);
  return same ? first : undefined;
}

/** Everything that was asked for, found or not, as a list shows it. */
export function listOf(
  { looks, nodesWithoutRun, unclear, leftOut }: Omit<StatusFindings, 'again'>,
  ports: ListRunsPorts,
): RunList {
  const entries: ListEntry[] = [];
  const missing: { id: string; regions: readonly string[] }[] = [];
  const refused: string[] = [];
  const unchecked: string[] = [];
  const notAnswered: { id: string; trouble: PaiTrouble }[] = [];
  const regionNotSetUp: { id: string; region: string }[] = [];
  for (const look of looks) {
    const id = bareId(look.target);
    if (look.kind === 'run' || look.kind === 'node') {
      const facts = factsOf(look.run, look.askedAt, ports);
      if (look.kind === 'node') entries.push({ kind: 'node', facts: { ...facts, node: look.node } });
      else entries.push({ kind: 'run', facts: { ...facts, ...(look.nodes && { nodes: look.nodes }) } });
    } else if (look.kind === 'missing') missing.push({ id, regions: look.regions });
    else if (look.kind === 'unchecked') unchecked.push(id);
    else if (look.kind === 'region-not-set-up') regionNotSetUp.push({ id, region: look.region });
    else if (look.error.kind === 'refused') refused.push(id);
    else notAnswered.push({ id, trouble: troubleOf(look.error) });
  }
  const ambiguous: { name: string; pipelines: number }[] = [];
  const namesNotFound: string[] = [];
  for (const { name, named } of unclear) {
    if (named.kind === 'several') ambiguous.push({ name, pipelines: named.runs.length });
    else if (named.kind === 'none') namesNotFound.push(name);
    else notAnswered.push({ id: name, trouble: troubleOf(named.failure) });
  }
  return {
    asked: looks.length + nodesWithoutRun.length + unclear.length + leftOut.length,
    ...(looks.length > DETAILED_TARGETS && { mostWithDetails: DETAILED_TARGETS }),
    entries,
    missing,
    refused,
    unchecked,
    notAnswered,
    regionNotSetUp,
    nodesWithoutRun,
    ambiguous,
    namesNotFound,
    namesLeftOut: leftOut,
    // All names are looked for in the same PAI workspaces, so one of them tells it for all.
    partial: unclear.map(({ named }) => ('partial' in named ? named.partial : undefined)).find(Boolean),
    labels: ports.workspaces.map(labelOf),
  };
}

function bareId(target: Target): string {
  return target.kind === 'run' ? target.runId : `${target.runId}/${target.nodeId}`;
}
