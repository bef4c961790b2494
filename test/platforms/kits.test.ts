import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGE_CODES } from '../../src/domain';
import { elevenLabsKit, vapiKit } from '../../src/platforms/agent-kits';
import { TOOLS } from '../../src/services/voice/tools';

const KITS = { vapi: vapiKit, elevenlabs: elevenLabsKit };
const NAMES = TOOLS.map((tool) => tool.name);

describe.each(LANGUAGE_CODES)('in %s', (language) => {
  test.each(Object.entries(KITS))('the committed kit of %s is the generated one', (folder, kit) => {
    const file = path.join(__dirname, '../../agent', folder, `tools.${language}.json`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(kit(language));
  });

  test('a kit has every tool and no message that would speak over its answer', () => {
    const vapi = vapiKit(language);
    expect(vapi.slice(NAMES.length)).toEqual([{ type: 'endCall' }, { type: 'transferCall', destinations: [] }]);
    const functions = vapi.flatMap((tool) => (tool.type === 'function' ? [tool] : []));
    expect(functions.map((tool) => tool.function.name)).toEqual(NAMES);
    expect(elevenLabsKit(language).map((tool) => tool.tool_config.name)).toEqual(NAMES);
    const messages = functions.flatMap((tool) => tool.messages.map(({ type }) => type));
    expect(new Set(messages)).toEqual(new Set(['request-start']));
  });

  test('identity comes from headers that the platform fills, never from an argument', () => {
    for (const { tool_config: tool } of elevenLabsKit(language)) {
      expect(tool.api_schema.request_headers).toMatchObject({
        'X-Call-Id': { variable_name: 'system__conversation_id' },
        'X-Caller-Number': { variable_name: 'system__caller_id' },
        'X-Line-Number': { variable_name: 'system__called_number' },
      });
      const written = Object.keys(tool.api_schema.request_body_schema?.properties ?? {});
      expect(written).not.toEqual(expect.arrayContaining(['call_id']));
    }
  });
});
