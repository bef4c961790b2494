import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Language } from '../domain';

/** The kit that lies beside the sources, and beside the compiled files. */
export function agentFolder(): string {
  const places = ['../..', '../../..'].map((up) => path.join(__dirname, up, 'agent'));
  return places.find((place) => existsSync(place)) ?? path.join(__dirname, '../../agent');
}

/** The agent's prompt, as Markdown. */
export function promptFile(language: Language): Promise<string> {
  return readFile(path.join(agentFolder(), `prompt.${language}.md`), 'utf8');
}
