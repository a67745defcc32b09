import type { Sandbox } from '../sandbox/sandbox.ts';
import { createPaiflowClient, type PaiflowClient, type PaiflowClientOptions } from '../src/paiflow/client.ts';

/** Flowbell's client of a sandbox's PAIFlow. It knows neither pace nor time-outs: a repeated call would be counted twice. */
export function createSandboxClient(
  { paiflowUrl, env }: Pick<Sandbox, 'paiflowUrl' | 'env'>,
  options: Partial<PaiflowClientOptions> = {},
): PaiflowClient {
  const {
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId = '',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret = '',
  } = env;
  return createPaiflowClient({
    endpoint: `${paiflowUrl}/{region}`,
    maxRps: 1_000_000,
    credentials: async () => ({ accessKeyId, accessKeySecret }),
    attemptTimeoutMs: 120_000,
    callTimeoutMs: 120_000,
    ...options,
  });
}
