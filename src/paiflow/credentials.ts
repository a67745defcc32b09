import { DefaultCredentialsProvider } from '@alicloud/credentials';

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Present with temporary (STS) credentials. */
  readonly securityToken?: string;
}

/** Asked before every signature, since temporary credentials expire and the environment may change. */
export type CredentialSource = () => Promise<Credentials>;

/**
 * No key was found, or not in time. It has no cause on purpose: the chain's own text lists the paths of this machine.
 */
export class NoCredentialsError extends Error {
  override readonly name = 'NoCredentialsError';

  constructor() {
    super('no Alibaba Cloud credentials found');
  }
}

export interface CredentialChain {
  getCredentials(): Promise<unknown>;
}

export interface CredentialSourceOptions {
  /** Makes a chain that has not been asked yet. */
  readonly createChain?: () => CredentialChain;
  /** For one asking; the chain may try the machine's metadata address, which does not answer outside of ECS. */
  readonly timeoutMs?: number;
}

/**
 * Gives a source over the default chain of @alicloud/credentials: environment, OIDC role, CLI profile, ini file, ECS
 * metadata, credentials URI. Rejects with NoCredentialsError and nothing else.
 *
 * Two faults of version 2.4.7 (providers/default.js) are kept away: a chain that failed once asks only its last
 * provider ever after, so a failure is followed by a new chain; and a second asking during the first one sees the
 * provider just being tried as the chosen one, so askers share one asking.
 */
export function createCredentialSource(options: CredentialSourceOptions = {}): CredentialSource {
  const { createChain = () => DefaultCredentialsProvider.builder().build(), timeoutMs = 5000 } = options;
  let chain: CredentialChain | undefined;
  let asking: Promise<Credentials> | undefined;

  async function ask(): Promise<Credentials> {
    try {
      chain ??= createChain();
      const credentials = parseCredentials(await inTime(chain.getCredentials(), timeoutMs));
      if (credentials !== undefined) return credentials;
    } catch {
      // Which provider failed and why is not ours to tell: see NoCredentialsError.
    }
    chain = undefined;
    throw new NoCredentialsError();
  }

  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: late, reject } = withRejection();
  const timer = setTimeout(() => reject(new NoCredentialsError()), timeoutMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function withRejection(): { promise: Promise<never>; reject: (reason: Error) => void } {
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<never>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  return { promise, reject };
}

/**
 * Reads what a credential provider gave. White space around a key is cut off: it comes from a secret file's last line
 * and no key holds any. Gives nothing without both halves of the key.
 */
function parseCredentials(given: unknown): Credentials | undefined {
  const { accessKeyId, accessKeySecret, securityToken } = { ...(given as Partial<Record<string, unknown>>) };
  const id = readKey(accessKeyId);
  const secret = readKey(accessKeySecret);
  const token = readKey(securityToken);
  if (id === undefined || secret === undefined) return undefined;
  return { accessKeyId: id, accessKeySecret: secret, ...(token !== undefined && { securityToken: token }) };
}

function readKey(value: unknown): string | undefined {
  const key = typeof value === 'string' ? value.trim() : '';
  return key === '' ? undefined : key;
}
