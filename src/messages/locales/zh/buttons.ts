import type { ButtonWords } from '../../catalog.ts';

export const buttonWords: ButtonWords = {
  verbs: {
    status: '状态',
    runs: '任务',
    logs: '日志',
    why: '为什么',
    outputs: '输出',
    doctor: '诊断',
    help: '帮助',
  },
  buttons: {
    refresh: '刷新',
    share: '分享',
    openInPai: '在 PAI 中打开',
    retry: '重试',
    help: '帮助',
    why: '为什么',
    logs: '日志',
    outputs: '输出',
    older: '更早',
    errorsOnly: '只看错误',
    asFile: '导出文件',
    more: '更多',
    runningNow: '正在运行',
    newestRuns: '最新任务',
    run: (command) => `执行 ${command}`,
  },
};
