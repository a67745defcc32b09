import { complaints, PAI_FAULTS, type RigReport, runRig, SLACK_FAULTS } from './rig.ts';

/*
 * `npm run soak [-- seeds=1,2,3,4 runs=180 kills=100]`: the rig at full length, and the controls that show that it can
 * see what it looks for. Takes about half an hour; exit 1 where anything was lost, told twice or out of order.
 */

const given = new Map(process.argv.slice(2).map((each) => each.split('=', 2) as [string, string]));
const seeds = (given.get('seeds') ?? '1,2,3,4').split(',').map(Number);
const runs = Number(given.get('runs') ?? 180);
const kills = Number(given.get('kills') ?? 100);
const hasControls = given.get('controls') !== 'no';

const FULL = {
  runs,
  channels: Math.ceil(runs / 3),
  spreadMs: runs * 2500,
  slackFaults: SLACK_FAULTS,
  paiFaults: PAI_FAULTS,
  // The cards alone take five minutes at an edit every 1.5 s.
  timeoutMs: 45 * 60_000,
  print: (line: string) => console.log(line),
};

function describe(name: string, report: RigReport): string {
  const {
    verdict,
    kills: all,
    killsWhileSending,
    unheardPosts,
    posts,
    edits,
    looks,
    faults,
    durationMs,
  } = report;
  return [
    `${name}: ${verdict.told} updates told, ${verdict.lost.length} lost, ${verdict.twice.length} twice,`,
    `${verdict.outOfOrder.length} out of order, ${verdict.mentions.length} wrong mentions, ${verdict.wrongCards.length} wrong cards, ${verdict.extra.length} extra;`,
    `${all} kills, ${killsWhileSending} between sending and sent, ${unheardPosts} posts nobody heard the answer of;`,
    `${posts} posts, ${edits} edits, ${looks} looks; ${Math.round(durationMs / 1000)} s`,
    `\n    ${JSON.stringify(faults)}`,
  ].join(' ');
}

let isGood = true;
for (let from = 0; from < seeds.length; from += 2) {
  await Promise.all(
    seeds.slice(from, from + 2).map(async (seed) => {
      const report = await runRig({ ...FULL, seed, kills });
      console.log(describe(`seed ${seed}`, report));
      for (const each of complaints(report)) console.log(`    ${each}`);
      if (report.evidence !== undefined) console.log(`    kept in ${report.evidence}`);
      if (complaints(report).length > 0 || report.killsWhileSending < kills) isGood = false;
    }),
  );
}

if (hasControls) {
  const small = {
    ...FULL,
    runs: 40,
    channels: 20,
    spreadMs: 60_000,
    kills: 20,
    timeoutMs: 5 * 60_000,
    seed: 7,
  };
  // Without the right to look, what may have been said is said again: plain retry.
  const retry = await runRig({ ...small, without: ['channels:history', 'groups:history'] });
  console.log(describe('control, plain retry', retry));
  const hasty = await runRig({ ...small, env: { DELIVERY_TIMEOUT_MS: '100', DELIVERY_SETTLE_MS: '100' } });
  console.log(describe('control, settle 0.1 s', hasty));
  if (retry.verdict.twice.length === 0 || hasty.verdict.twice.length === 0) {
    console.log('a control shows nothing twice: the rig cannot see it');
    isGood = false;
  }
}
process.exitCode = isGood ? 0 : 1;
