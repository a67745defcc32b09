import { type NodeTally, phaseOfRun, type Run } from '../../../domain/run.ts';
import { isFinal } from '../../../domain/status.ts';
import type { PhaseCount, RunFacts, RunWords } from '../../catalog.ts';
import { ago, code, join, type Line, lead, line, moment } from '../../line.ts';
import { duration, listed, named, place, placeAndRegion, STATES, state, stateOfRun } from './phrases.ts';
import { troubleWords } from './trouble.ts';

/** Words about runs and nodes, and the lists of them. */
export const runWords: RunWords = {
  state,

  runSentence(name, { run, nodes }) {
    const took = duration(run);
    const done = nodes && line`已完成 ${nodes.done}/${nodes.total} 个节点`;
    switch (phaseOfRun(run)) {
      case 'running':
        return line`${name} 运行中${lead('：', join([done, nowRunning(nodes?.running ?? [])], '，'))}`;
      case 'queued':
      case 'not-started':
      case 'terminating':
      case 'suspended':
        return line`${name} ${state(run.status)}${lead('：', done)}`;
      case 'succeeded':
        return line`${name} 成功${lead('，用时 ', took)}${nodes ? line`，${allNodes(nodes)}` : ''}`;
      case 'failed':
        return line`${name} 失败${lead('于 ', nodes?.failed === undefined ? undefined : [code(nodes.failed)])}`;
      case 'terminated':
        return line`${name} 已终止${lead('，已运行 ', took)}${nodes ? line`，${nodesDone(nodes)}` : ''}`;
      case 'skipped':
        return line`${name} 已跳过`;
      case 'deleted':
        return line`${name} 已在 PAI 中删除`;
      case 'unknown':
        return line`${name} ：${state(run.status)}${lead('，', done)}`;
    }
  },

  runDetails(facts) {
    return join([runTimes(facts), placeAndRegion(facts), line`读取于 ${ago(facts.readAt)}`], ' · ');
  },

  nodeSentence(runName, nodeName, { node }) {
    return line`${runName} › ${nodeName} ${state(node.status)}${lead('，用时 ', duration(node))}`;
  },

  nodeDetails(facts) {
    const { run, node, readAt } = facts;
    return join(
      [
        node.startedAt && line`开始于 ${moment(node.startedAt)}`,
        node.finishedAt && line`结束于 ${moment(node.finishedAt)}`,
        line`任务${stateOfRun(run)}`,
        placeAndRegion(facts),
        line`读取于 ${ago(readAt)}`,
      ],
      ' · ',
    );
  },

  listHead: (asked, found, counts) => line`共 ${asked} 个，找到 ${found} 个${lead('：', countsOf(counts))}`,

  runEntry(name, facts) {
    const { run, nodes } = facts;
    const failed = run.status.phase === 'failed';
    const at = failed && nodes?.failed !== undefined ? line`于 ${code(nodes.failed)}` : [];
    const phase = phaseOfRun(run);
    const goingOn = !isFinal(phase);
    const count = nodes && goingOn ? line` ${nodes.done}/${nodes.total} 个节点` : [];
    const isAtRest = isFinal(phaseOfRun(run));
    const since = isAtRest ? undefined : run.startedAt && line`开始于 ${moment(run.startedAt)}`;
    const when = ended(run) ?? since;
    const word = stateOfRun(run);
    return join([line`${name} ${word}${at}${count}`, when, place(facts)], ' · ');
  },

  nodeEntry(runName, nodeName, facts) {
    const { node } = facts;
    const when = node.finishedAt
      ? line`${moment(node.finishedAt)}`
      : node.startedAt && line`开始于 ${moment(node.startedAt)}`;
    return join([line`${runName} › ${nodeName} ${state(node.status)}`, when, place(facts)], ' · ');
  },

  moreEntries: (count, counts) => line`另有 ${count} 个：${countsOf(counts)}`,
  detailsLeftOut: (most) => line`超过 ${most} 个 ID 时不显示时间和节点。`,
  missing: (regions, ids, more) => line`在 ${regions.join('、')} 找不到或无权查看：${listed(ids, more)}`,
  unchecked: (ids, more) => line`尚未检查是否属于可查看的工作空间，请点“刷新”：${listed(ids, more)}`,
  refused: (ids, more) => line`PAI 拒绝查询：${listed(ids, more)}`,
  notAnswered: (trouble, ids, more) => line`未显示：${listed(ids, more)}。${troubleWords(trouble)}`,
  regionNotSetUp: (regions, ids, more) =>
    line`${listed(regions, 0)} 不在 Flowbell 的地域中，因此未查询：${listed(ids, more)}。管理员可将其加入设置（ ${code('PAIFLOW_WORKSPACES')} 或 ${code('PAIFLOW_REGIONS')} ）。`,
  nodeWithoutRun: (ids, more) =>
    line`哪个任务？节点要和任务一起给出：${listed(ids, more)}。请写成 ${code('flow-…/node-…')}`,
  namesNotFound: (names, more, labels) => line`在 ${named(labels)} 没有名为 ${listed(names, more)} 的任务`,
  ambiguousName: (name, pipelines) =>
    line`${name} 匹配 ${pipelines} 个工作流，因此未选取。请写得更完整，或给出 ID。`,
  namesLeftOut: (names, more) => line`一次查询的名称过多，未查询：${listed(names, more)}`,
};

/** `结束于 ⟨02:47⟩ · ⟨02:00⟩ 由 PAI 用户 …4905 发起`; of a failure how long it took and how far it came, too. */
export function runTimes({ run, nodes }: Pick<RunFacts, 'run' | 'nodes'>): Line {
  const took = duration(run);
  const failure = run.status.phase === 'failed';
  return join(
    [
      failure
        ? join([took && line`运行 ${took}后`, ended(run)], '，')
        : ended(run) && line`结束于 ${ended(run) ?? ''}`,
      failure && nodes ? nodesDone(nodes) : undefined,
      started(run),
    ],
    ' · ',
  );
}

type Nodes = Pick<NodeTally, 'succeeded' | 'total' | 'skipped'>;

function nodesDone({ succeeded, total, skipped: left }: Nodes): Line {
  return line`${total} 个节点中完成 ${succeeded} 个${skipped(left)}`;
}

export function allNodes({ succeeded, total, skipped: left }: Nodes): Line {
  return succeeded === total
    ? line`${total} 个节点全部完成`
    : line`${total} 个节点完成 ${succeeded} 个${skipped(left)}`;
}

export function countsOf(counts: readonly PhaseCount[]): Line {
  return line`${counts.map(([phase, count]) => `${phase === 'unknown' ? '状态未知' : STATES[phase]} ${count}`).join('，')}`;
}

function nowRunning(names: readonly string[]): Line | undefined {
  if (names.length === 0) return undefined;
  const shown = join(
    names.slice(0, 3).map((name) => [code(name)]),
    '、',
  );
  return names.length > 3 ? line`当前 ${shown} 等 ${names.length} 个` : line`当前 ${shown}`;
}

function ended(run: Run): Line | undefined {
  return run.finishedAt && line`${moment(run.finishedAt)}`;
}

function skipped(count: number): Line {
  return count === 0 ? [] : line`，跳过 ${count} 个`;
}

function started(run: Run): Line | undefined {
  const by = run.userId === undefined ? undefined : `由 PAI 用户 …${run.userId.slice(-4)} 发起`;
  if (run.startedAt === undefined) return by === undefined ? undefined : line`${by}`;
  return by === undefined ? line`开始于 ${moment(run.startedAt)}` : line`${moment(run.startedAt)} ${by}`;
}
