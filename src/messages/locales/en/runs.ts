import { type NodeTally, phaseOfRun, type Run, type RunNode } from '../../../domain/run.ts';
import { isFinal } from '../../../domain/status.ts';
import type { PhaseCount, RunFacts, RunWords } from '../../catalog.ts';
import { ago, code, join, type Line, lead, line, moment } from '../../line.ts';
import {
  counted,
  duration,
  listed,
  named,
  place,
  placeAndRegion,
  STATES,
  state,
  stateOfRun,
} from './phrases.ts';
import { troubleWords } from './trouble.ts';

/** Words about runs and nodes, and the lists of them. */
export const runWords: RunWords = {
  state,

  runSentence(name, { run, nodes }) {
    const took = duration(run);
    const done = nodes && line`${nodes.done} of ${nodes.total} nodes done`;
    switch (phaseOfRun(run)) {
      case 'running':
        return line`${name} is running${lead(': ', join([done, nowRunning(nodes?.running ?? [])], ', '))}`;
      case 'queued':
      case 'not-started':
      case 'terminating':
      case 'suspended':
        return line`${name} is ${state(run.status)}${lead(': ', done)}`;
      case 'succeeded':
        return line`${name} succeeded${lead(' in ', took)}${nodes ? line`, ${allNodes(nodes)}` : ''}`;
      case 'failed':
        return line`${name} failed${lead(' at ', nodes?.failed === undefined ? undefined : [code(nodes.failed)])}`;
      case 'terminated':
        return line`${name} was terminated${lead(' after ', took)}${nodes ? line`, ${nodesDone(nodes)}` : ''}`;
      case 'skipped':
        return line`${name} was skipped`;
      case 'deleted':
        return line`${name} was deleted in PAI`;
      case 'unknown':
        return line`${name}: ${state(run.status)}${lead(', ', done)}`;
    }
  },

  runDetails(facts) {
    return join([runTimes(facts), placeAndRegion(facts), line`read ${ago(facts.readAt)}`], ' · ');
  },

  nodeSentence(runName, nodeName, { node }) {
    return line`${runName} › ${nodeName} ${nodeState(node)}${lead(' after ', duration(node))}`;
  },

  nodeDetails(facts) {
    const { run, node, readAt } = facts;
    return join(
      [
        node.startedAt && line`Started ${moment(node.startedAt)}`,
        node.finishedAt && line`Ended ${moment(node.finishedAt)}`,
        line`run is ${stateOfRun(run)}`,
        placeAndRegion(facts),
        line`read ${ago(readAt)}`,
      ],
      ' · ',
    );
  },

  listHead: (asked, found, counts) => line`${asked} asked, ${found} found${lead(': ', countsOf(counts))}`,

  runEntry(name, facts) {
    const { run, nodes } = facts;
    const at =
      run.status.phase === 'failed' && nodes?.failed !== undefined ? line` at ${code(nodes.failed)}` : [];
    const count = nodes && isGoingOn(facts) ? line` ${nodes.done} of ${nodes.total} nodes` : [];
    const isAtRest = isFinal(phaseOfRun(run));
    const since = isAtRest ? undefined : run.startedAt && line`since ${moment(run.startedAt)}`;
    const when = ended(run) ?? since;
    const word = stateOfRun(run);
    return join([line`${name} ${word}${at}${count}`, when, place(facts)], ' · ');
  },

  nodeEntry(runName, nodeName, facts) {
    const { node } = facts;
    const when = node.finishedAt
      ? line`${moment(node.finishedAt)}`
      : node.startedAt && line`since ${moment(node.startedAt)}`;
    return join([line`${runName} › ${nodeName} ${state(node.status)}`, when, place(facts)], ' · ');
  },

  moreEntries: (count, counts) => line`${count} more: ${countsOf(counts)}`,
  detailsLeftOut: (most) => line`Times and nodes are left out above ${most} ids.`,
  missing: (regions, ids, more) =>
    line`not found or not visible in ${regions.join(', ')}: ${listed(ids, more)}`,
  unchecked: (ids, more) =>
    line`not checked yet whether they belong to your PAI workspace, press Refresh: ${listed(ids, more)}`,
  refused: (ids, more) => line`PAI refuses to look up ${listed(ids, more)}`,
  notAnswered: (trouble, ids, more) => line`Not shown: ${listed(ids, more)}. ${troubleWords(trouble)}`,
  regionNotSetUp: (regions, ids, more) =>
    line`${listed(regions, 0)} is not among Flowbell's regions, so not asked: ${listed(ids, more)}. An admin can add it to the settings (PAIFLOW_WORKSPACES or PAIFLOW_REGIONS).`,
  nodeWithoutRun: (ids, more) =>
    line`Which run? A node is found only with its run: ${listed(ids, more)}. Write flow-…/node-…`,
  namesNotFound: (names, more, labels) =>
    line`no run in ${named(labels)} is called ${listed(names, more, ' or ')}`,
  ambiguousName: (name, pipelines) =>
    line`${name} fits ${counted(pipelines, 'pipeline')}, so none was taken. Write more of the name, or an id.`,
  namesLeftOut: (names, more) => line`Too many names for one question, not looked up: ${listed(names, more)}`,
};

/** `Ended ⟨02:47⟩ · Started ⟨02:00⟩ by PAI user …4905`; of a failure how long it took and how far it came, too. */
export function runTimes({ run, nodes }: Pick<RunFacts, 'run' | 'nodes'>): Line {
  const failure = run.status.phase === 'failed';
  return join(
    [
      failure
        ? join([lead('After ', duration(run)), ended(run)], ', ')
        : ended(run) && line`Ended ${ended(run) ?? ''}`,
      failure && nodes ? nodesDone(nodes) : undefined,
      run.startedAt ? line`Started ${moment(run.startedAt)}${by(run)}` : lead('Started', by(run)),
    ],
    ' · ',
  );
}

type Nodes = Pick<NodeTally, 'succeeded' | 'total' | 'skipped'>;

export function nodesDone({ succeeded, total, skipped: left }: Nodes): Line {
  return line`${succeeded} of ${total} nodes done${skipped(left)}`;
}

export function allNodes({ succeeded, total, skipped: left }: Nodes): Line {
  return succeeded === total
    ? line`all ${total} nodes`
    : line`${succeeded} of ${total} nodes${skipped(left)}`;
}

function nodeState(node: RunNode): Line {
  if (node.status.phase === 'running' || node.status.phase === 'queued')
    return line`is ${state(node.status)}`;
  if (node.status.phase === 'skipped') return line`was skipped`;
  return state(node.status);
}

export function countsOf(counts: readonly PhaseCount[]): Line {
  return line`${counts.map(([phase, count]) => `${count} ${phase === 'unknown' ? 'in an unknown state' : STATES[phase]}`).join(', ')}`;
}

function isGoingOn({ run }: RunFacts): boolean {
  const phase = phaseOfRun(run);
  return !isFinal(phase);
}

function nowRunning(names: readonly string[]): Line | undefined {
  if (names.length === 0) return undefined;
  const shown = join(
    names.slice(0, 3).map((name) => [code(name)]),
    ', ',
  );
  return names.length > 3 ? line`now ${shown} and ${names.length - 3} more` : line`now ${shown}`;
}

function ended(run: Run): Line | undefined {
  return run.finishedAt && line`${moment(run.finishedAt)}`;
}

function skipped(count: number): Line {
  return count === 0 ? [] : line`, ${count} skipped`;
}

/** People are shown the last four digits until somebody claims them (they are account numbers). */
function by(run: Run): Line {
  return run.userId === undefined ? [] : line` by PAI user …${run.userId.slice(-4)}`;
}
