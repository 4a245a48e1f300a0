import { defineConfig, env } from 'prisma/config';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: {
    url: env('API_DATABASE_URL'),
    shadowDatabaseUrl: process.env.API_SHADOW_DATABASE_URL,
  },
});
