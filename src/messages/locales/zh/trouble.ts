import type { PaiTrouble, PartialAnswer } from '../../catalog.ts';
import { code, join, type Line, line } from '../../line.ts';
import { named } from './phrases.ts';

/** Why PAI gave no answer, and what to do. */
export function troubleWords({ kind, region, waitedMs }: PaiTrouble): Line {
  switch (kind) {
    case 'throttled':
      return line`PAI 正在限流。请一分钟后再试。`;
    case 'timeout':
      return line`PAI（${region}）${Math.round(waitedMs / 1000)} 秒内没有响应。`;
    case 'network':
      return line`无法连接 ${region} 的 PAI：网络或代理问题。管理员请运行 ${code('npm run doctor')} 。`;
    case 'forbidden':
      return line`Flowbell 的 PAI 账号在 ${region} 没有权限。请管理员授予 ${code('README.md')} 中的 RAM 策略，或将其加入该工作空间。`;
    case 'wrong-key':
      return line`PAI 拒绝了 Flowbell 的 AccessKey。请管理员更新。`;
    case 'wrong-clock':
      return line`Flowbell 所在机器的时钟误差超过 15 分钟，PAI 拒绝了请求。请管理员校准时间。`;
    case 'junk':
      return line`PAI 返回了无法识别的响应，已记录给管理员。`;
    case 'unavailable':
      return line`${region} 的 PAI 自身出现故障。请一分钟后再试。`;
    case 'too-large':
      return line`${region} 的 PAI 返回的内容超过 8 MB，因此未读取。`;
    case 'refused':
    case 'question-refused':
    case 'not-found':
      return line`${region} 的 PAI 拒绝了这个查询。`;
  }
}

/** `sg 没有响应；dev 没有权限` */
export function whoDidNotAnswer({ notShown }: PartialAnswer): Line {
  const left = notShown.length - MOST_TROUBLES;
  return join(
    [
      ...notShown
        .slice(0, MOST_TROUBLES)
        .map(({ labels, trouble }) => line`${named(labels, MOST_SILENT)} ${deed(trouble)}`),
      left > 0 ? line`另有 ${left} 处` : undefined,
    ],
    '；',
  );
}

const MOST_TROUBLES = 3;
/** PAI workspaces named for one trouble. */
const MOST_SILENT = 3;

function deed({ kind }: PaiTrouble): string {
  switch (kind) {
    case 'throttled':
      return '正在限流';
    case 'timeout':
      return '没有响应';
    case 'network':
      return '无法连接';
    case 'forbidden':
      return '没有权限';
    case 'wrong-key':
      return '拒绝了 Flowbell 的 AccessKey';
    case 'wrong-clock':
      return '拒绝了请求：Flowbell 所在机器的时钟有误差';
    case 'junk':
      return '返回了无法识别的响应';
    case 'unavailable':
      return '自身出现故障';
    case 'too-large':
      return '返回的内容超过 8 MB，未读取';
    case 'refused':
    case 'question-refused':
    case 'not-found':
      return '拒绝了这个查询';
  }
}
