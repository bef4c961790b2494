import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { defineTool } from '../../src/services/voice/tools/define-tool';
import { serviceName } from '../../src/services/voice/tools/arguments';
import { toolNamed, TOOLS } from '../../src/services/voice/tools';

const plain = {
  name: 'try_it',
  aliases: [],
  effect: 'read' as const,
  describe: { de: 'Versuch', en: 'Attempt' },
  args: { service_name: serviceName },
  statuses: ['ok'] as const,
  agent: { variables: {} },
  run: () => Promise.reject(new Error('not run')),
};

describe('tool definitions', () => {
  test('every field has an absent value that its own schema accepts', () => {
    for (const { name, answer, absent } of TOOLS) {
      const empty = { success: false, status: 'error', message: '', call_id: null, ...Object.fromEntries(absent) };
      expect([name, answer.safeParse(empty).error?.message]).toEqual([name, undefined]);
    }
  });

  test('a field without an absent value is refused when the tool is defined', () => {
    expect(() => defineTool({ ...plain, answer: { text: z.string() } })).toThrow(TypeError);
    expect(() => defineTool({ ...plain, answer: { text: z.string().nullable() } })).not.toThrow();
  });

  test('an argument of unknown reading is refused when the tool is defined', () => {
    expect(() => defineTool({ ...plain, args: { colour: z.string() }, answer: {} })).toThrow(TypeError);
  });

  test('names that no tool has lead to none', () => {
    for (const name of ['', 'toString', '__proto__']) expect(toolNamed(name)).toBeNull();
  });

  test.each(['de', 'en'])('the dashboard has a word for every tool and for no other (%s)', (language) => {
    const words = readFileSync(path.join(__dirname, `../../src/dashboard/i18n/${language}-words.js`), 'utf8');
    const named = [...words.matchAll(/'tool\.(\w+)'/g)].map((match) => match[1]);
    expect(named.sort()).toEqual(TOOLS.map((tool) => tool.name).sort());
  });
});
