import { durationMs, type NodeTally, phaseOfRun, type Run, type RunNode } from '../../domain/run.ts';
import { isFinal, type Phase, type Status } from '../../domain/status.ts';
import type { Catalog, PaiTrouble, PhaseCount, RunFacts } from '../catalog.ts';
import { ago, bold, code, join, type Line, lead, line, moment, type Span } from '../line.ts';

const STATES: Readonly<Record<Exclude<Phase, 'unknown'>, string>> = {
  running: 'running',
  queued: 'queued',
  'not-started': 'not started',
  succeeded: 'succeeded',
  failed: 'failed',
  terminating: 'terminating',
  terminated: 'terminated',
  suspended: 'suspended',
  skipped: 'skipped',
  deleted: 'deleted',
};

/** The words people see, in English; messages.md of the design is their source. */
export const en: Catalog = {
  locale: 'en',
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

  runDetails({ run, nodes, readAt }) {
    const took = duration(run);
    const failure = run.status.phase === 'failed';
    return join(
      [
        failure
          ? join([lead('After ', took), ended(run)], ', ')
          : ended(run) && line`Ended ${ended(run) ?? ''}`,
        failure && nodes ? nodesDone(nodes) : undefined,
        run.startedAt ? line`Started ${moment(run.startedAt)}${by(run)}` : lead('Started', by(run)),
        workspace(run),
        line`read ${ago(readAt)}`,
      ],
      ' · ',
    );
  },

  nodeSentence(runName, nodeName, { node }) {
    return line`${runName} › ${nodeName} ${nodeState(node)}${lead(' after ', duration(node))}`;
  },

  nodeDetails({ run, node, readAt }) {
    return join(
      [
        node.startedAt && line`Started ${moment(node.startedAt)}`,
        node.finishedAt && line`Ended ${moment(node.finishedAt)}`,
        line`run is ${stateOfRun(run)}`,
        workspace(run),
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
    const when = ended(run) ?? (run.startedAt && line`since ${moment(run.startedAt)}`);
    const word = stateOfRun(run);
    return join([line`${name} ${word}${at}${count}`, when, place(run)], ' · ');
  },

  nodeEntry(runName, nodeName, { node, run }) {
    const when = node.finishedAt
      ? line`${moment(node.finishedAt)}`
      : node.startedAt && line`since ${moment(node.startedAt)}`;
    return join([line`${runName} › ${nodeName} ${state(node.status)}`, when, place(run)], ' · ');
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
    line`${listed(regions, 0)} is not among Flowbell's regions, so not asked: ${listed(ids, more)}. An admin can add it to PAIFLOW_REGIONS.`,
  nodeWithoutRun: (ids, more) =>
    line`Which run? A node is found only with its run: ${listed(ids, more)}. Write flow-…/node-…`,
  namesNotFound: (names, more) =>
    line`No id or console link: ${listed(names, more)}. An id looks like flow-hynm2bv8wqhp5esfxq.`,

  trouble: troubleWords,
  asking: () => line`Asking PAI…`,
  ourFault: (supportCode) => line`That failed on my side and is logged. Support code ${code(supportCode)}.`,
  membersOnly: () => line`Only members of this Slack workspace can ask. You see what I post in this channel.`,
  whoAreYou: () =>
    line`Slack did not tell me who you are, so I can't check what you may see. Ask again in a minute; admins: npm run doctor.`,
  unknownVerb: (typed) => line`I don't know ${typed}.`,
  noTarget: () => line`Which run? Give an id like flow-hynm2bv8wqhp5esfxq or a link from the PAI console.`,
  forgotten: () => line`I no longer hold that long list of ids. Nothing was asked; paste them once more.`,
  fileNotSent: () => line`Slack did not take the file, so you have nothing of it. Ask once more.`,
  sharedBy: (person) => line`Shared by ${person}`,

  firstTime: (command) => [
    line`${bold('Flowbell')} tells you what became of PAI runs. Give me an id or a console link:`,
    line`• ${code(`${command} status flow-…`)}  where it is now`,
    line`Several at once are fine, pasted any way you like. All commands: ${code(`${command} help`)}`,
  ],
  help: (command) => [
    line`${bold('Ask')}  ${code(`${command} status RUN`)} · several: ${code(`${command} status RUN RUN …`)} · one node: ${code(`${command} status RUN/NODE`)}`,
    line`RUN is an id like flow-hynm2bv8wqhp5esfxq or a link from the PAI console; RUN/NODE is flow-…/node-…`,
    line`Only you see the answer until you press Share. Refresh asks again.`,
    line`${bold('Help')}  ${code(`${command} help`)}`,
  ],

  buttons: {
    refresh: 'Refresh',
    share: 'Share',
    openInPai: 'Open in PAI',
    retry: 'Retry',
    help: 'Help',
    run: (command) => `Run ${command}`,
  },
};

function state(status: Status): Line {
  return status.phase === 'unknown' ? line`PAI says ${code(status.said)}` : line`${STATES[status.phase]}`;
}

function stateOfRun(run: Run): Line {
  return run.isDeleted ? line`${STATES.deleted}` : state(run.status);
}

function nodesDone({ succeeded, total, skipped: left }: NodeTally): Line {
  return line`${succeeded} of ${total} nodes done${skipped(left)}`;
}

function allNodes({ succeeded, total, skipped: left }: NodeTally): Line {
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

function troubleWords({ kind, region, waitedMs }: PaiTrouble): Line {
  switch (kind) {
    case 'throttled':
      return line`PAI is limiting our calls (rate limit). Ask again in a minute.`;
    case 'timeout':
      return line`PAI did not answer within ${Math.round(waitedMs / 1000)} s (${region}).`;
    case 'network':
      return line`I can't reach PAI in ${region}: network or proxy. Admins: npm run doctor.`;
    case 'forbidden':
      return line`Flowbell's PAI account has no permission for this in ${region}. An admin must grant paiflow:ListPipelineRunsStatus (RAM) or membership of the PAI workspace.`;
    case 'wrong-key':
      return line`PAI does not accept Flowbell's AccessKey. An admin must renew it.`;
    case 'wrong-clock':
      return line`Flowbell's clock is off by more than 15 minutes, so PAI refuses its calls. An admin must set the time.`;
    case 'junk':
      return line`PAI sent an answer I can't read. It is logged for the admins.`;
    case 'unavailable':
      return line`PAI has a fault of its own in ${region}. Ask again in a minute.`;
    case 'refused':
    case 'question-refused':
    case 'not-found':
      return line`PAI refuses this question in ${region}.`;
  }
}

function countsOf(counts: readonly PhaseCount[]): Line {
  return line`${counts.map(([phase, count]) => `${count} ${phase === 'unknown' ? 'in an unknown state' : STATES[phase]}`).join(', ')}`;
}

function listed(ids: readonly Span[], more: number): Line {
  const shown = join(
    ids.map((id) => [id]),
    ', ',
  );
  return more > 0 ? line`${shown} and ${more} more` : shown;
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

function duration(times: Run | RunNode): Line | undefined {
  const ms = durationMs(times);
  if (ms === undefined) return undefined;
  const minutes = Math.round(ms / 60_000);
  if (ms < 60_000) return line`${Math.round(ms / 1000)} s`;
  return minutes < 60 ? line`${minutes} min` : line`${Math.floor(minutes / 60)} h ${minutes % 60} min`;
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

function workspace(run: Run): Line {
  return run.workspaceId === undefined ? line`${run.region}` : line`${place(run)} (${run.region})`;
}

function place(run: Run): Line {
  return run.workspaceId === undefined ? line`${run.region}` : line`PAI workspace ${code(run.workspaceId)}`;
}
