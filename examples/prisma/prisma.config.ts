import 'dotenv/config';
import { defineConfig, env } from 'prisma/config';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: {
    url: env('DATABASE_URL'),
    // Only `migrate dev` and `migrate diff --from-migrations` need it, so it may be missing.
    shadowDatabaseUrl: process.env.SHADOW_DATABASE_URL,
  },
});
