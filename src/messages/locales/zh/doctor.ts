import type {
  Check,
  CheckFacts,
  CheckFinding,
  CheckSubject,
  DoctorWords,
  PaiTrouble,
} from '../../catalog.ts';
import { ago, code, type Line, line, moment } from '../../line.ts';
import { grouped, short } from '../../numbers.ts';
import { cleanLabel } from '../../outside-text.ts';
import { listed } from './phrases.ts';
import { troubleWords } from './trouble.ts';

/** What `doctor` found out in Slack. */
export const doctorWords: DoctorWords = {
  doctorHead: (unwell, checks) =>
    unwell === 0
      ? line`${checks.length} 项检查全部正常：${subjects(checks)}`
      : line`${checks.length} 项检查中有 ${unwell} 项需要处理`,
  checkSubject,
  finding: (finding, isAdmin) =>
    line` ：${finding === undefined ? '未通过' : findingWords(finding, isAdmin)}`,
  fineChecks: (checks) => line`正常：${subjects(checks)}`,
  checkFacts,
  version: (version) => line`Flowbell ${version}`,
  supportCode: (supportCode) => line`支持码 ${supportCode}`,
  readAt: (at) => line`检查于 ${ago(at)}`,
};

function subjects(checks: readonly Check[]): string {
  const shown = checks
    .slice(0, MOST_SUBJECTS)
    .map(({ subject }) => checkSubject(subject))
    .join('、');
  return checks.length > MOST_SUBJECTS ? `${shown} 等 ${checks.length} 项` : shown;
}

const MOST_SUBJECTS = 15;

function checkSubject(subject: CheckSubject): string {
  switch (subject.kind) {
    case 'slack':
      return 'Slack';
    case 'slack-scopes':
      return 'Slack 权限';
    case 'channel':
      return '本频道';
    case 'clock':
      return '时钟';
    case 'store':
      return '存储';
    case 'watcher':
      return '轮询';
    case 'deliveries':
      return '投递';
    case 'pai':
      return `PAI ${cleanLabel(subject.label)}`;
  }
}

function findingWords(finding: CheckFinding, isAdmin: boolean): Line {
  switch (finding.kind) {
    case 'missing-scopes':
      if (!isAdmin) return line`缺少权限；请管理员重新安装 Flowbell`;
      return line`缺少 ${listed(
        finding.scopes.slice(0, MOST_SCOPES).map((scope) => code(scope)),
        Math.max(0, finding.scopes.length - MOST_SCOPES),
      )} 。管理员：用 ${code('manifest.yml')} 重新安装 Flowbell`;
    case 'not-in-channel':
      return line`我不在其中。请输入 ${code('/invite @Flowbell')}`;
    case 'slack-away':
      return line`Slack 没有响应。请一分钟后再试`;
    case 'clock-off':
      return line`误差 ${grouped(Math.abs(finding.seconds))} 秒。请管理员校准时间；超过 15 分钟 PAI 会拒绝所有请求`;
    case 'clock-not-compared':
      return line`没有响应可供对时`;
    case 'link-down':
      return line`与 Slack 的连接自 ${moment(finding.since)} 起中断，会自动恢复`;
    case 'store-read-only':
      return line`自 ${moment(finding.since)} 起无法写入；已有内容不会丢失，但暂不保存新内容，也不发送消息。${
        isAdmin ? line`管理员：为 ${code('DATA_FILE')} 所在磁盘腾出空间` : line`请管理员检查磁盘`
      }`;
    case 'watcher-late':
      return line`落后 ${grouped(finding.seconds)} 秒；通知会延迟，不会丢失。${
        isAdmin ? line`管理员：查看 PAI 各项检查和 ${code('PAIFLOW_MAX_RPS')}` : line`请管理员检查`
      }`;
    case 'deliveries-late':
      return line`${grouped(finding.count)} 条消息待发送，最早的自 ${moment(finding.since)} 起等待；会延迟送达，不会丢失`;
    case 'channels-closed':
      return line`${heldBack(finding)}。请在该频道输入 ${code('/invite @Flowbell')} 、取消归档或允许其发言；之后会自动恢复`;
    case 'deliveries-parked':
      return line`Slack 不接受 ${grouped(finding.count)} 条消息。${isAdmin ? '管理员：原因见日志' : '请管理员检查'}`;
    case 'pai-trouble':
      return paiWords(finding.trouble, isAdmin);
  }
}

const MOST_SCOPES = 10;

function checkFacts(facts: CheckFacts): Line[] {
  switch (facts.kind) {
    case 'watcher':
      return [...lastLook(facts.lastLook), line`跟踪 ${grouped(facts.runs)} 个任务${behind(facts)}`];
    case 'deliveries':
      return [
        facts.waiting + facts.held === 0
          ? line`无积压`
          : line`${grouped(facts.waiting + facts.held)} 条消息待发送`,
        facts.parked === 0 ? [] : line`${grouped(facts.parked)} 条消息无法送达`,
      ];
  }
}

/** Nothing may wait there, and the channel is closed all the same. */
function heldBack({ held, count }: Extract<CheckFinding, { kind: 'channels-closed' }>): Line {
  const channels = `${grouped(count)} 个已关闭的频道`;
  return held === 0 ? line`${channels}，无更新等待` : line`${grouped(held)} 条更新等待 ${channels}`;
}

function lastLook(look: Extract<CheckFacts, { kind: 'watcher' }>['lastLook']): Line[] {
  if (look === undefined) return [];
  return [line`上次查询 PAI ${ago(look.at)}（${grouped(look.calls)} 次调用，${short(look.seconds)} 秒）`];
}

function behind({ lagSeconds }: Extract<CheckFacts, { kind: 'watcher' }>): string {
  return lagSeconds === 0 ? '' : `，落后 ${grouped(lagSeconds)} 秒`;
}

function paiWords(trouble: PaiTrouble, isAdmin: boolean): Line {
  if (trouble.kind !== 'forbidden') return troubleWords(trouble);
  if (!isAdmin) return line`没有权限；请管理员授予`;
  return line`没有权限。管理员：授予 ${code('README.md')} 中的 RAM 策略，或将其加入该工作空间`;
}
