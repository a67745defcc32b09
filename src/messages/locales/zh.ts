import { durationMs, type NodeTally, phaseOfRun, type Run, type RunNode } from '../../domain/run.ts';
import { isFinal, type Phase, type Status } from '../../domain/status.ts';
import type { Catalog, PaiTrouble, PhaseCount } from '../catalog.ts';
import { ago, bold, code, join, type Line, lead, line, moment, type Span } from '../line.ts';

const STATES: Readonly<Record<Exclude<Phase, 'unknown'>, string>> = {
  running: '运行中',
  queued: '排队中',
  'not-started': '未启动',
  succeeded: '成功',
  failed: '失败',
  terminating: '终止中',
  terminated: '已终止',
  suspended: '已挂起',
  skipped: '已跳过',
  deleted: '已删除',
};

/** 用户看到的中文；来源是设计文档 messages.md。 zh-CN, zh-TW and zh-HK readers all get it for now. */
export const zh: Catalog = {
  locale: 'zh',
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

  runDetails({ run, nodes, readAt }) {
    const took = duration(run);
    const failure = run.status.phase === 'failed';
    return join(
      [
        failure
          ? join([took && line`运行 ${took}后`, ended(run)], '，')
          : ended(run) && line`结束于 ${ended(run) ?? ''}`,
        failure && nodes ? nodesDone(nodes) : undefined,
        started(run),
        workspace(run),
        line`读取于 ${ago(readAt)}`,
      ],
      ' · ',
    );
  },

  nodeSentence(runName, nodeName, { node }) {
    return line`${runName} › ${nodeName} ${state(node.status)}${lead('，用时 ', duration(node))}`;
  },

  nodeDetails({ run, node, readAt }) {
    return join(
      [
        node.startedAt && line`开始于 ${moment(node.startedAt)}`,
        node.finishedAt && line`结束于 ${moment(node.finishedAt)}`,
        line`任务${stateOfRun(run)}`,
        workspace(run),
        line`读取于 ${ago(readAt)}`,
      ],
      ' · ',
    );
  },

  listHead: (asked, found, counts) => line`共 ${asked} 个，找到 ${found} 个${lead('：', countsOf(counts))}`,

  runEntry(name, { run, nodes }) {
    const failed = run.status.phase === 'failed';
    const at = failed && nodes?.failed !== undefined ? line`于 ${code(nodes.failed)}` : [];
    const phase = phaseOfRun(run);
    const goingOn = !isFinal(phase);
    const count = nodes && goingOn ? line` ${nodes.done}/${nodes.total} 个节点` : [];
    const when = ended(run) ?? (run.startedAt && line`开始于 ${moment(run.startedAt)}`);
    const word = stateOfRun(run);
    return join([line`${name} ${word}${at}${count}`, when, place(run)], ' · ');
  },

  nodeEntry(runName, nodeName, { node, run }) {
    const when = node.finishedAt
      ? line`${moment(node.finishedAt)}`
      : node.startedAt && line`开始于 ${moment(node.startedAt)}`;
    return join([line`${runName} › ${nodeName} ${state(node.status)}`, when, place(run)], ' · ');
  },

  moreEntries: (count, counts) => line`另有 ${count} 个：${countsOf(counts)}`,
  detailsLeftOut: (most) => line`超过 ${most} 个 ID 时不显示时间和节点。`,
  missing: (regions, ids, more) => line`在 ${regions.join('、')} 找不到或无权查看：${listed(ids, more)}`,
  unchecked: (ids, more) => line`尚未检查是否属于可查看的工作空间，请点“刷新”：${listed(ids, more)}`,
  refused: (ids, more) => line`PAI 拒绝查询：${listed(ids, more)}`,
  notAnswered: (trouble, ids, more) => line`未显示：${listed(ids, more)}。${troubleWords(trouble)}`,
  regionNotSetUp: (regions, ids, more) =>
    line`${listed(regions, 0)} 不在 Flowbell 的地域中，因此未查询：${listed(ids, more)}。管理员可将其加入 PAIFLOW_REGIONS。`,
  nodeWithoutRun: (ids, more) =>
    line`哪个任务？节点要和任务一起给出：${listed(ids, more)}。请写成 flow-…/node-…`,
  namesNotFound: (names, more) =>
    line`不是 ID 也不是控制台链接：${listed(names, more)}。ID 形如 flow-hynm2bv8wqhp5esfxq。`,

  trouble: troubleWords,
  asking: () => line`正在查询 PAI…`,
  ourFault: (supportCode) => line`我这边出错了，已记录。支持码 ${code(supportCode)}。`,
  membersOnly: () => line`只有本 Slack 工作区的成员可以查询。你可以看到我发在本频道的消息。`,
  whoAreYou: () =>
    line`Slack 没有告诉我你是谁，因此无法检查你的权限。请一分钟后再试；管理员请运行 npm run doctor。`,
  unknownVerb: (typed) => line`没有命令 ${typed}。`,
  noTarget: () => line`哪个任务？请给出 flow-hynm2bv8wqhp5esfxq 这样的 ID，或 PAI 控制台链接。`,
  forgotten: () => line`我已不再保留那份很长的 ID 列表，未做查询；请重新粘贴。`,
  fileNotSent: () => line`Slack 没有接收该文件，文件未发送；请再试一次。`,
  sharedBy: (person) => line`由 ${person} 分享`,

  firstTime: (command) => [
    line`${bold('Flowbell')} 告诉你 PAI 任务的结果。给我 ID 或控制台链接即可：`,
    line`• ${code(`${command} 状态 flow-…`)}  现在跑到哪里了`,
    line`可以一次给多个，怎么粘贴都行。全部命令：${code(`${command} 帮助`)}`,
  ],
  help: (command) => [
    line`${bold('查询')}  ${code(`${command} 状态 任务`)} · 多个：${code(`${command} 状态 任务 任务 …`)} · 单个节点：${code(`${command} 状态 任务/节点`)}`,
    line`“任务”是 flow-hynm2bv8wqhp5esfxq 这样的 ID 或 PAI 控制台链接；“任务/节点”写成 flow-…/node-…`,
    line`点“分享”之前只有你能看到回答。点“刷新”会再查一次。`,
    line`${bold('帮助')}  ${code(`${command} 帮助`)}`,
  ],

  buttons: {
    refresh: '刷新',
    share: '分享',
    openInPai: '在 PAI 中打开',
    retry: '重试',
    help: '帮助',
    run: (command) => `执行 ${command}`,
  },
};

function state(status: Status): Line {
  return status.phase === 'unknown' ? line`PAI 返回 ${code(status.said)}` : line`${STATES[status.phase]}`;
}

function stateOfRun(run: Run): Line {
  return run.isDeleted ? line`${STATES.deleted}` : state(run.status);
}

function nodesDone({ succeeded, total, skipped: left }: NodeTally): Line {
  return line`${total} 个节点中完成 ${succeeded} 个${skipped(left)}`;
}

function allNodes({ succeeded, total, skipped: left }: NodeTally): Line {
  return succeeded === total
    ? line`${total} 个节点全部完成`
    : line`${total} 个节点完成 ${succeeded} 个${skipped(left)}`;
}

function troubleWords({ kind, region, waitedMs }: PaiTrouble): Line {
  switch (kind) {
    case 'throttled':
      return line`PAI 正在限流。请一分钟后再试。`;
    case 'timeout':
      return line`PAI（${region}）${Math.round(waitedMs / 1000)} 秒内没有响应。`;
    case 'network':
      return line`无法连接 ${region} 的 PAI：网络或代理问题。管理员请运行 npm run doctor。`;
    case 'forbidden':
      return line`Flowbell 的 PAI 账号在 ${region} 没有权限。请管理员在 RAM 授予 paiflow:ListPipelineRunsStatus，或将其加入该工作空间。`;
    case 'wrong-key':
      return line`PAI 拒绝了 Flowbell 的 AccessKey。请管理员更新。`;
    case 'wrong-clock':
      return line`Flowbell 所在机器的时钟误差超过 15 分钟，PAI 拒绝了请求。请管理员校准时间。`;
    case 'junk':
      return line`PAI 返回了无法识别的响应，已记录给管理员。`;
    case 'unavailable':
      return line`${region} 的 PAI 自身出现故障。请一分钟后再试。`;
    case 'refused':
    case 'question-refused':
    case 'not-found':
      return line`${region} 的 PAI 拒绝了这个查询。`;
  }
}

function countsOf(counts: readonly PhaseCount[]): Line {
  return line`${counts.map(([phase, count]) => `${phase === 'unknown' ? '状态未知' : STATES[phase]} ${count}`).join('，')}`;
}

function listed(ids: readonly Span[], more: number): Line {
  const shown = join(
    ids.map((id) => [id]),
    '、',
  );
  return more > 0 ? line`${shown} 等，另有 ${more} 个` : shown;
}

function nowRunning(names: readonly string[]): Line | undefined {
  if (names.length === 0) return undefined;
  const shown = join(
    names.slice(0, 3).map((name) => [code(name)]),
    '、',
  );
  return names.length > 3 ? line`当前 ${shown} 等 ${names.length} 个` : line`当前 ${shown}`;
}

function duration(times: Run | RunNode): Line | undefined {
  const ms = durationMs(times);
  if (ms === undefined) return undefined;
  const minutes = Math.round(ms / 60_000);
  if (ms < 60_000) return line`${Math.round(ms / 1000)} 秒`;
  return minutes < 60 ? line`${minutes} 分钟` : line`${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分`;
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

function workspace(run: Run): Line {
  return run.workspaceId === undefined ? line`${run.region}` : line`${place(run)}（${run.region}）`;
}

function place(run: Run): Line {
  return run.workspaceId === undefined ? line`${run.region}` : line`工作空间 ${code(run.workspaceId)}`;
}
