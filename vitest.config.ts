import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/build.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Vitest takes one less than there are cores. Most of these tests wait for processes of their own.
    maxWorkers: 3,
  },
});
