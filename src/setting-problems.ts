import { ConfigError, parseConfig, type SettingProblem } from './config.ts';
import { createCredentialSource } from './paiflow/credentials.ts';

/** Every problem of the settings at once; a key is looked for outside the environment only if it holds none. */
export async function findProblems(environment: NodeJS.ProcessEnv): Promise<readonly SettingProblem[]> {
  const problems: SettingProblem[] = [];
  let hasKey = false;
  try {
    hasKey = parseConfig(environment).paiflow.hasKey;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    hasKey = problems.some(({ name }) => name.startsWith('ALIBABA_CLOUD_'));
    hasKey ||= Boolean(environment.ALIBABA_CLOUD_ACCESS_KEY_ID?.trim());
  }
  if (hasKey || (await isKeyFound())) return problems;
  return [
    ...problems,
    {
      name: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
      advice:
        'is missing, with ALIBABA_CLOUD_ACCESS_KEY_SECRET, and no role or profile gives a key either: RAM console, the RAM user, "AccessKey".',
    },
  ];
}

async function isKeyFound(): Promise<boolean> {
  try {
    await createCredentialSource()();
    return true;
  } catch {
    return false;
  }
}
