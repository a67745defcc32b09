import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCredentialSource, NoCredentialsError } from '../../src/paiflow/credentials.ts';

const KEY = { accessKeyId: 'id', accessKeySecret: 'secret' };

/** Chains that answer one after the other; each notes which of them was asked. */
function chains(...answers: (() => Promise<unknown>)[]) {
  const asked: number[] = [];
  let made = 0;
  return {
    asked,
    createChain: () => {
      const index = made++;
      return {
        getCredentials: () => {
          asked.push(index);
          return answers[index]?.() ?? Promise.reject(new Error('no more chains'));
        },
      };
    },
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('createCredentialSource', () => {
  describe('over the real chain', () => {
    beforeEach(() => {
      vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', 'idFromEnvironment');
      vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'secretFromEnvironment');
    });

    it('reads key and temporary token anew each time', async () => {
      const source = createCredentialSource();

      const first = await source();
      vi.stubEnv('ALIBABA_CLOUD_SECURITY_TOKEN', 'token');
      const second = await source();

      expect(first).toEqual({ accessKeyId: 'idFromEnvironment', accessKeySecret: 'secretFromEnvironment' });
      expect(second).toEqual({ ...first, securityToken: 'token' });
    });
  });

  it('asks the chain before every use and keeps it while it answers', async () => {
    const { asked, createChain } = chains(() => Promise.resolve(KEY));
    const source = createCredentialSource({ createChain });

    await source();
    await source();

    expect(asked).toEqual([0, 0]);
  });

  it('makes a new chain after a failure', async () => {
    const { asked, createChain } = chains(
      () => Promise.reject(new Error('nothing in /root/.aliyun/config.json')),
      () => Promise.resolve(KEY),
    );
    const source = createCredentialSource({ createChain });

    await expect(source()).rejects.toThrow(NoCredentialsError);
    await expect(source()).resolves.toEqual(KEY);

    expect(asked).toEqual([0, 1]);
  });

  it('lets askers at the same time share one asking', async () => {
    const { asked, createChain } = chains(() => Promise.resolve(KEY));
    const source = createCredentialSource({ createChain });

    await expect(Promise.all([source(), source()])).resolves.toEqual([KEY, KEY]);

    expect(asked).toEqual([0]);
  });

  it('gives up on a chain that does not answer in time', async () => {
    vi.useFakeTimers();
    const { asked, createChain } = chains(
      () => new Promise(() => undefined),
      () => Promise.resolve(KEY),
    );
    const source = createCredentialSource({ createChain, timeoutMs: 5000 });

    const first = expect(source()).rejects.toThrow(NoCredentialsError);
    await vi.advanceTimersByTimeAsync(5000);
    await first;
    await source();

    expect(asked).toEqual([0, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['half a key', { accessKeyId: 'id' }],
    ['an empty key', { accessKeyId: ' ', accessKeySecret: 'secret' }],
    ['nothing', undefined],
  ])('takes %s for no credentials', async (_, given) => {
    const { createChain } = chains(() => Promise.resolve(given));

    await expect(createCredentialSource({ createChain })()).rejects.toThrow(NoCredentialsError);
  });

  it('cuts off the line end a secret file leaves', async () => {
    const { createChain } = chains(() =>
      Promise.resolve({ accessKeyId: 'id\n', accessKeySecret: ' secret\n' }),
    );

    await expect(createCredentialSource({ createChain })()).resolves.toEqual(KEY);
  });

  it('tells no path of this machine', async () => {
    const { createChain } = chains(() => Promise.reject(new Error('nothing in /root/.aliyun/config.json')));

    const error = await createCredentialSource({ createChain })().catch((reason: unknown) => reason);

    expect(
      inspect(error instanceof Error ? { ...error, message: error.message, cause: error.cause } : error),
    ).not.toContain('.aliyun');
  });
});
