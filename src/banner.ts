import { DateTime } from 'luxon';
import type { GatewayConfig } from './config';
import type { Backends } from './embedded';

const DEMO_NUMBER = '+493012345678';

/** What a person sees after `npm start`: what runs where, and a line to paste that books a haircut. */
export function banner(facts: {
  config: GatewayConfig;
  backends: Backends;
  gatewayUrl: string;
  /** What the operator should know of a missing key. */
  warning: string | null;
  startMs: number;
}): string {
  const { config, backends, gatewayUrl } = facts;
  const lines = [
    '',
    `  AskPro Gateway is ready after ${(facts.startMs / 1000).toFixed(1)} s`,
    '',
    `  Voice tools   ${gatewayUrl}/api/retell/<tool>`,
    `  Dashboard     ${gatewayUrl}/admin`,
    `  API           ${gatewayUrl}/api/docs`,
    `  Health        ${gatewayUrl}/healthz   ${gatewayUrl}/readyz   ${gatewayUrl}/metrics`,
    '',
  ];
  if (backends.embeddedParts.length > 0) {
    lines.push('  Embedded:');
    for (const part of backends.embeddedParts) lines.push(`    ${part}`);
    lines.push('');
  }
  const { created, file, value } = backends.adminToken;
  if (created) lines.push(`  Operator token   ${value}   (also in ${file})`, '');
  else if (file !== null)
    lines.push(`  Operator token   in ${file}; npx askpro open prints a link that signs you in`, '');
  if (config.seedDemo) {
    lines.push(
      `  Demo company "Salon Sonnenschein", number ${DEMO_NUMBER}`,
      '',
      '  Book a haircut:',
      '',
      ...firstCall(config, gatewayUrl),
    );
  }
  if (facts.warning !== null) lines.push(`  ${facts.warning}`, '');
  return lines.join('\n');
}

function firstCall(config: GatewayConfig, gatewayUrl: string): string[] {
  if (config.RETELL_API_KEY) return ['    npx askpro simulate-call', ''];
  const body = {
    service_name: 'Herrenhaarschnitt',
    desired_date: nextWorkday(),
    desired_time: '10:00',
    customer_name: 'Erika Beispiel',
    customer_phone: '+4930901820',
  };
  return [
    `    curl -s ${gatewayUrl}/api/retell/create_booking -H 'content-type: application/json' \\`,
    `      -d '${JSON.stringify(body)}'`,
    '',
  ];
}

function nextWorkday(): string {
  let day = DateTime.now().setZone('Europe/Berlin').plus({ days: 1 });
  while (day.weekday > 5) day = day.plus({ days: 1 });
  return day.toISODate() ?? '';
}
