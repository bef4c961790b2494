// What the compiler leaves behind: Lua scripts and the dashboard's static files.
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
for (const folder of ['src/infra/lua', 'src/dashboard']) {
  const from = path.join(root, folder);
  if (fs.existsSync(from)) fs.cpSync(from, path.join(root, 'dist', folder), { recursive: true });
}
