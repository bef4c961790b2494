import type { Command } from 'commander';
import { withGateway } from './context';
import { Output } from './output';

/** Rotation of keys and secrets. */
export function addSecretCommands(program: Command): void {
  program
    .command('keys:reseal')
    .description('seal every stored secret with the first key of APP_KEY, so that the others can be removed')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) =>
      withGateway(async ({ gateway }) => {
        const report = await gateway.parts.admin.rotation.reseal();
        const { resealed, unchanged, unreadable } = report;
        const text = [
          `${resealed} sealed again, ${unchanged} were sealed with the first key already`,
          ...unreadable.map(
            ({ company, secret }) => `${company}: ${secret} opens with no key of APP_KEY; enter it again`,
          ),
        ];
        new Output(options).result(report, text.join('\n'));
        if (unreadable.length > 0) process.exitCode = 1;
      }),
    );

  program
    .command('webhooks:rotate')
    .description('replace the Cal.com webhook secrets that earlier gateways gave to accounts of companies')
    .option('--public-url <url>', 'where Cal.com reaches the gateway (default: PUBLIC_URL)')
    .option('--json', 'print one JSON document')
    .action((options: { publicUrl?: string; json?: boolean }) =>
      withGateway(async ({ config, gateway }) => {
        const publicUrl = options.publicUrl ?? config.PUBLIC_URL;
        if (publicUrl === undefined) throw new Error('set PUBLIC_URL, or name the address with --public-url');
        const { rotation } = gateway.parts.admin;
        const rotated = await rotation.rotateWebhooks(publicUrl);
        const stillKnown = await rotation.companiesThatKnowCommonSecret();
        const failed = rotated.filter(({ error }) => error !== null);
        const text = [
          `${rotated.length - failed.length} of ${rotated.length} companies' webhooks have a secret of their account alone`,
          ...failed.map(({ company_id: id, error }) => `${id}: ${error}`),
          ...(stillKnown.length > 0
            ? [
                `CALCOM_WEBHOOK_SECRET is known to the Cal.com accounts of ${stillKnown.join(', ')}.`,
                'Set it to a new random value, restart the gateway, and run this command again.',
              ]
            : []),
        ];
        new Output(options).result({ rotated, known_to: stillKnown }, text.join('\n'));
        if (failed.length + stillKnown.length > 0) process.exitCode = 1;
      }),
    );
}
