// Compiles the product and those packages beside it that are here (`npm run build`, also before every start).
// `node scripts/build.js packages/bench` compiles that package besides. Unchanged projects cost next to nothing.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const compiler = path.join(root, 'node_modules/.bin/tsc');
const projects = [
  'tsconfig.build.json',
  'packages/calcom-sandbox/tsconfig.json',
  'packages/demo-company/tsconfig.json',
  ...process.argv.slice(2).map((folder) => `${folder}/tsconfig.json`),
].filter((project) => fs.existsSync(path.join(root, project)));

if (!fs.existsSync(compiler)) {
  // After `npm ci --omit=dev` there is no compiler; what was compiled before is used.
  if (fs.existsSync(path.join(root, 'dist/src/main.js'))) process.exit(0);
  console.error(
    'Nothing is compiled yet and no compiler is installed. Run: npm ci && npm run build && npm ci --omit=dev',
  );
  process.exit(1);
}
const { status } = spawnSync(compiler, ['-b', ...projects], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

// What the compiler leaves behind: Lua scripts and the dashboard's static files.
for (const folder of ['src/infra/lua', 'src/dashboard'])
  fs.cpSync(path.join(root, folder), path.join(root, 'dist', folder), { recursive: true });
