import { NAMED_WORKSPACES, startBot } from './bot.ts';
import { LOGVIEW_TOKEN, playMorning } from './morning.ts';
import { startSandbox } from './sandbox.ts';
import { createStory, StoryFailure } from './story.ts';
import { LINK_SECRETS, playWatching } from './watching.ts';

/** The bot looks every second and asks PAI as fast as it can, so that nobody waits long for what is told. */
const EAGER = {
  ...NAMED_WORKSPACES,
  POLL_CRON: '* * * * * *',
  POLL_INTERVAL_MS: '1000',
  PAIFLOW_MAX_RPS: '100',
} as const;

/** Plays the story against the built bot; 0 when every step showed what it should. */
async function playDemo(): Promise<number> {
  const startedAt = Date.now();
  const zone = zoneWhereItIsMorning(new Date());
  // biome-ignore lint/style/noProcessEnv: times are shown in the zone of this process, which must be the team's.
  process.env.TZ = zone;
  const sandbox = await startSandbox();
  try {
    const bot = await startBot(sandbox, { env: EAGER });
    const story = createStory(sandbox.client, [LOGVIEW_TOKEN, ...LINK_SECRETS], console.log);
    try {
      await playMorning(sandbox.client, story, zone);
      await playWatching(sandbox.client, story);
    } finally {
      await bot.stop();
    }
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    console.log(`${await story.end()}, ${seconds} s: all as expected`);
    return 0;
  } catch (error) {
    if (!(error instanceof StoryFailure)) throw error;
    console.error(`\n${error.message}`);
    return 1;
  } finally {
    await sandbox.stop();
  }
}

/** A zone in which it is past nine, so that "since midnight" covers the same runs whenever the demo is played. */
function zoneWhereItIsMorning(now: Date): string {
  const ahead = ((9 - now.getUTCHours() + 24 + 11) % 24) - 11;
  // Names of this family say how far UTC is ahead of the zone (IANA, file "etcetera").
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

process.exitCode = await playDemo();
