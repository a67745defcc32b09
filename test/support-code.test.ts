import { expect, it } from 'vitest';
import { createSupportCode } from '../src/support-code.ts';

it('makes codes without letters that look alike, and not twice the same', () => {
  const codes = Array.from({ length: 200 }, createSupportCode);

  for (const code of codes) expect(code).toMatch(/^fb-[2-9a-hjkmnp-z]{6}$/);
  expect(new Set(codes).size).toBeGreaterThan(190);
});
